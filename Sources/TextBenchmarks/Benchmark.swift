import DataFiles
import Foundation

/// A public benchmark whose own files models can be asked.
public enum Benchmark: String, CaseIterable, Sendable {
  /// Bai et al., 2024: multiple choice over long documents.
  case longBench = "longbench-v2"
  /// Shaham et al., 2023: ten subsets, each with a metric of its own.
  case zeroScrolls = "zero-scrolls"
  /// Hsieh et al., 2024: needles and the like at chosen lengths.
  case ruler

  /// The most tokens of an answer in the benchmark's own runs.
  ///
  /// - Parameter row: the subset or task, or a path that names the task.
  public func answerTokens(row: String) -> Int {
    switch self {
    case .longBench: return 128
    case .zeroScrolls: return 1024
    case .ruler:
      // The first part of a task's name names its kind.
      let limits = [
        "vt": 30, "variable_tracking": 30, "cwe": 120, "common_words": 120, "fwe": 50,
        "freq_words": 50, "qa": 32,
      ]
      let task = Self.row(of: row)
      return limits.first { task.hasPrefix($0.key) }?.value ?? 128
    }
  }

  /// Calls `body` with each question of a file, in the file's order.
  ///
  /// - Parameter row: the subset or task of the file, for RULER also a path that names the task, where
  ///   several files are of one; LongBench v2 takes each item's own category.
  /// - Throws: `BenchmarkError`, `FileSystemError`, `JSONError`, and what `body` throws.
  public func forEach(
    _ path: String, row: String, _ body: (BenchmarkQuestion) throws -> Void
  ) throws {
    switch self {
    case .longBench:
      try LongBenchItem.forEach(path) { try body(BenchmarkQuestion($0)) }
    case .zeroScrolls:
      guard let subset = ZeroScrollsSubset(rawValue: row) else {
        throw BenchmarkError.noSubset(file: path, name: row)
      }
      for item in try ZeroScrollsItem.read(path) {
        guard item.outputs.contains(where: { !$0.isEmpty }) else {
          throw BenchmarkError.noRightAnswer(file: path, id: item.id)
        }
        try body(BenchmarkQuestion(item, subset))
      }
    case .ruler:
      try JSONItems.forEach(path) { reader in
        try body(BenchmarkQuestion(ruler: &reader, task: row))
      }
    }
  }

  /// What the path of a file says of its subset or task: the file's name, or the folder's where the file
  /// is named after a split alone.
  public static func row(of path: String) -> String {
    let url = URL(fileURLWithPath: path)
    let name = url.deletingPathExtension().lastPathComponent
    return ["train", "validation", "test"].contains(name)
      ? url.deletingLastPathComponent().lastPathComponent : name
  }
}

/// Why a file cannot be asked.
public enum BenchmarkError: Error, Equatable, CustomStringConvertible {
  case noSubset(file: String, name: String)
  case noRightAnswer(file: String, id: String)

  public var description: String {
    switch self {
    case .noSubset(let file, let name):
      "'\(file)' is of no ZeroSCROLLS subset, as its name '\(legible(name))' says; name file or folder one of "
        + ZeroScrollsSubset.allCases.map(\.rawValue).joined(separator: ", ")
    case .noRightAnswer(let file, let id):
      "the item \"\(legible(id))\" of '\(file)' has no right answer, as those of test splits have none; give "
        + "the validation split"
    }
  }
}
