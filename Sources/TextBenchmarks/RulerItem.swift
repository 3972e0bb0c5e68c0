import DataFiles

/// What judges an answer to an item of RULER (Hsieh et al., 2024): lines of questions hold it, and lines of
/// predictions too.
public struct RulerItem: Sendable, Equatable {
  /// The item's number.
  public let id: String
  /// The texts that an answer is to hold, at least one.
  public let outputs: [String]
  /// All of them or any, as the task has it.
  public let metric: BenchmarkQuestion.Metric

  /// - Parameter task: the task, or a path that names it.
  init(_ reader: inout JSONObjectReader, task: String) throws(JSONError) {
    id = "\(try reader.int("index", in: 0 ... .max))"
    outputs = try reader.strings("outputs")
    guard !outputs.isEmpty, outputs.allSatisfy({ !$0.isEmpty }) else {
      throw reader.invalid("outputs", "must hold at least one text, and no empty one")
    }
    metric = .contained(any: Benchmark.row(of: task).hasPrefix("qa"))
  }

  /// Calls `body` with each item of a file, one in memory at a time.
  ///
  /// - Parameter task: the task, or a path that names it.
  /// - Throws: `FileSystemError`, `JSONError`, and what `body` throws.
  public static func forEach(
    _ path: String, task: String, _ body: (RulerItem) throws -> Void
  ) throws {
    try JSONItems.forEach(path) { reader in try body(RulerItem(&reader, task: task)) }
  }

  /// The score of an answer, from 0 to 100.
  public func score(_ answer: String) -> Double { metric.score(answer, right: outputs) }
}
