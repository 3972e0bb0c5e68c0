import DataFiles

/// Why a sweep, a merge or its statistics cannot be made.
public enum SweepError: Error, Equatable {
  /// The folder holds the records of another grid or checkpoint.
  case otherSweep(folder: String, isOtherModel: Bool)
  /// A budget that pays for no step or trace of a method.
  case budgetTooSmall(method: String, task: String, length: Int)
  /// A token of the tasks is not in the model's vocabulary.
  case vocabularyTooSmall(model: String, size: Int, needed: Int)
  /// A record of the folder belongs to no cell of the grid.
  case strayRecord(file: String, line: Int)
  /// A method that cannot run on the model.
  case unfitMethod(String, defect: String)
  /// The model's own numbers are not finite, whatever the method; and where that arose.
  case notFinite(method: String, task: String, length: Int, index: Int, place: String)
  /// One context does not fit into memory.
  case tooLong(tokens: Int, neededBytes: Int, freeBytes: Int)
  /// Folders that are to be merged hold different sweeps.
  case differentSweeps(first: String, second: String, isOtherModel: Bool)
  /// A `run.json` whose spec does not expand to the grid that it names.
  case editedProvenance(file: String)
  /// Records are missing.
  case incomplete(missing: Int, total: Int, shards: [Shard])
  /// The folder holds shards of another number.
  case otherShards(folder: String, count: Int)
  /// There is no sweep in the folder.
  case noSweep(folder: String)
  /// There are no final files in the folder.
  case noResults(folder: String)
  /// There is no such folder.
  case noFolder(String)
  /// A task is to be asked as text, and nothing makes texts.
  case noTexts(task: String)
  /// A record that spent more than its budget, which no method may.
  case overspent(method: String, task: String, length: Int, index: Int, spent: Int, budget: Int)
  /// A method that statistics are asked for is not in the results.
  case noSuchMethod(String, known: [String])
}

extension SweepError {
  /// What a folder that should hold something lacks: that, or itself.
  static func lacking(_ content: (_ folder: String) -> SweepError, in folder: String) -> SweepError
  {
    FileSystem.exists(folder) ? content(folder) : .noFolder(folder)
  }
}

extension SweepError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .otherSweep(let folder, let isOtherModel):
      "\(folder) holds the records of \(Self.difference(isOtherModel)): name another --out"
    case .budgetTooSmall(let method, let task, let length):
      "The budget of \"\(method)\" pays for not even its smallest amount on \(task) at "
        + "T=\(length): give more, or leave the method out"
    case .vocabularyTooSmall(let model, let size, let needed):
      "\(model) knows \(size) tokens, but the tasks use \(needed): name a model that was trained on "
        + "the sandbox vocabulary"
    case .strayRecord(let file, let line):
      "\(file):\(line): the record belongs to no cell of this sweep: move the file away, or name "
        + "another --out"
    case .unfitMethod(let method, let defect): "\"\(method)\" \(defect)"
    case .notFinite(let method, let task, let length, let index, let place):
      "\(task) at T=\(length), instance \(index), \"\(method)\": the model's own scores are not "
        + "finite, first in \(place), so that nothing can be measured"
    case .tooLong(let tokens, let neededBytes, let freeBytes):
      "A context of \(tokens) tokens needs a cache of \(neededBytes >> 20) MiB, but only "
        + "\(freeBytes >> 20) MiB are free: choose shorter lengths"
    case .differentSweeps(let first, let second, let isOtherModel):
      "\(second) holds \(Self.difference(isOtherModel)) than \(first) does: merge runs of one spec "
        + "and one model alone"
    case .editedProvenance(let file):
      "The spec in \(file) is not the one that was run: restore the file as the sweep wrote it"
    case .incomplete(let missing, let total, let shards):
      "\(missing) of \(total) records are missing"
        + (shards.isEmpty
          ? ": run the sweep again to make them"
          : ", of shards \(shards.map(\.description).joined(separator: ", ")): run those again")
    case .otherShards(let folder, let count):
      "\(folder) holds shards of \(count): give --shards \(count), or name another --out"
    case .noSweep(let folder):
      "\(folder) holds no sweep: name a folder that 'dilution sweep' made"
    case .noResults(let folder):
      "\(folder) holds no results.jsonl: finish the sweep, or merge its shards first"
    case .noFolder(let folder):
      "there is no folder \(folder): name that of a sweep"
    case .noTexts(let task):
      "\(task) is asked as text, for which there is no tokenizer: name a model with a tokenizer.json"
    case .overspent(let method, let task, let length, let index, let spent, let budget):
      "\(task) at T=\(length), instance \(index): \"\(method)\" spent \(spent) operations of a budget of "
        + "\(budget), which is a fault of this program: the record was not written"
    case .noSuchMethod(let name, let known):
      "No method is labelled \"\(name)\"; there are "
        + known.map { "\"\($0)\"" }.joined(separator: ", ")
    }
  }

  private static func difference(_ isOtherModel: Bool) -> String {
    isOtherModel
      ? "a sweep of another model, tokenizer or text file" : "a sweep of another spec"
  }
}
