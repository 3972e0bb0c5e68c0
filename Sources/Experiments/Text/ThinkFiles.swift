import DataFiles
import Runs
import TextBenchmarks

/// The files of `think` beside `think.json`.
enum ThinkFiles {
  static let names = ["answers.jsonl", "answers.csv"]
  static let schema = TableSchema("answers.csv", toldBy: "think.json")
  private static let columns: [(name: String, cell: @Sendable (ThinkRecord) -> CSVCell)] = [
    ("file", { .text($0.file) }), ("index", { .integer($0.index) }),
    ("method", { .text($0.method) }), ("length", { .integer($0.length) }),
    ("budget", { .integer($0.budget) }), ("score", { CSVCell($0.score) }),
    ("correct", { CSVCell($0.score.map { $0 == 1 ? 1 : 0 }) }),
    ("answer_probability", { CSVCell($0.answerProbability) }),
    ("generated_tokens", { .integer($0.generatedTokens) }), ("flops", { .number($0.flops) }),
    ("prefill_flops", { .number($0.prefillFLOPs) }),
    ("prefill_seconds", { .number($0.prefillSeconds) }),
    ("adapt_seconds", { .number($0.adaptSeconds) }),
    ("think_seconds", { .number($0.thinkSeconds) }),
    ("answer_seconds", { .number($0.answerSeconds) }),
    ("diverged", { .integer($0.divergedAt == nil ? 0 : 1) }),
    ("diverged_at", { CSVCell($0.divergedAt) }),
  ]

  /// Writes the answers as JSON Lines and as a table, which appear together.
  ///
  /// - Throws: `FileSystemError`.
  static func write(_ records: [ThinkRecord], to folder: RunFolder) throws {
    var lines = try JSONLinesWriter(folder.file("answers.jsonl"))
    var table = try CSVWriter(folder.file("answers.csv"), columns: columns.map(\.name))
    for record in records {
      try lines.append { try write(record, to: &$0) }
      try table.append(columns.map { $0.cell(record) })
    }
    try lines.commit()
    try table.commit()
  }

  private static func write(_ record: ThinkRecord, to json: inout JSONWriter) throws {
    try json.object { json in
      json.member("version", BenchmarkAnswers.formatVersion)
      json.member("id", "\(record.index)")
      json.member("method", record.method)
      json.member("answer", record.answer)
      json.member("file", record.file)
      json.member("outputs", strings: record.outputs)
      try json.optional("score", record.score)
      json.member("thought", record.thought)
      json.member("budget", record.budget)
      try json.optional("answer_probability", record.answerProbability)
      json.member("diverged", record.divergedAt != nil)
      if let place = record.divergedAt { json.member("diverged_at", place) }
    }
  }
}
