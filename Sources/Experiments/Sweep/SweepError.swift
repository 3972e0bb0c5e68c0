import DataFiles

/// Why a sweep, a merge or its statistics cannot be made, in one sentence.
public struct SweepError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ sentence: String) { description = sentence }

  /// The folder holds the records of another grid or checkpoint.
  public static func otherSweep(folder: String, isOtherModel: Bool) -> SweepError {
    SweepError("\(folder) holds the records of \(difference(isOtherModel)): name another --out")
  }

  /// In what two sweeps differ.
  static func difference(_ isOtherModel: Bool) -> String {
    isOtherModel
      ? "a sweep of another model, tokenizer or text file" : "a sweep of another spec"
  }

  /// A budget that pays for no step or trace of a method.
  public static func budgetTooSmall(method: String, task: String, length: Int) -> SweepError {
    SweepError(
      "The budget of \"\(method)\" pays for not even its smallest amount on \(task) at "
        + "T=\(length): give more, or leave the method out")
  }

  /// A record of the folder belongs to no cell of the grid.
  public static func strayRecord(file: String, line: Int) -> SweepError {
    SweepError(
      "\(file):\(line): the record belongs to no cell of this sweep: move the file away, or name "
        + "another --out")
  }

  /// A `run.json` whose spec does not expand to the grid that it names.
  static func editedProvenance(file: String) -> SweepError {
    SweepError(
      "The spec in \(file) is not the one that was run: restore the file as the sweep wrote it")
  }

  /// Records are missing.
  public static func incomplete(missing: Int, total: Int, shards: [Shard]) -> SweepError {
    SweepError(
      "\(missing) of \(total) records are missing"
        + (shards.isEmpty
          ? ": run the sweep again to make them"
          : ", of shards \(shards.map(\.description).joined(separator: ", ")): run those again"))
  }

  /// A folder without what it should hold, or no folder at all.
  static func lacking(_ content: String, in folder: String) -> SweepError {
    SweepError(
      FileSystem.exists(folder)
        ? "\(folder) holds \(content)" : "there is no folder \(folder): name that of a sweep")
  }

  /// There is no sweep in the folder.
  static func noSweep(in folder: String) -> SweepError {
    lacking("no sweep: name a folder that 'dilution sweep' made", in: folder)
  }

  /// A task is to be asked as text, and nothing makes texts.
  static func noTexts(task: String) -> SweepError {
    SweepError(
      "\(task) is asked as text, for which there is no tokenizer: name a model with a tokenizer.json"
    )
  }

  /// A method that statistics are asked for is not in the results.
  public static func noSuchMethod(_ name: String, known: [String]) -> SweepError {
    SweepError(
      "No method is labelled \"\(name)\"; there are "
        + known.map { "\"\($0)\"" }.joined(separator: ", "))
  }
}
