import DataFiles
import Runs
import TextBenchmarks

/// The files of `think` beside `think.json`.
enum ThinkFiles {
  static let names = ["answers.jsonl", "answers.csv"]
  static let schema = TableSchema("answers.csv", toldBy: "think.json")
  private static let columns = [
    "file", "index", "method", "length", "budget", "score", "correct", "answer_probability",
    "generated_tokens", "flops", "prefill_flops", "prefill_seconds", "adapt_seconds",
    "think_seconds", "answer_seconds", "diverged", "diverged_at",
  ]

  /// Writes the answers as JSON Lines and as a table, which appear together.
  ///
  /// - Throws: `FileSystemError`.
  static func write(_ records: [ThinkRecord], to folder: RunFolder) throws {
    var lines = try JSONLinesWriter(folder.file("answers.jsonl"))
    var table = try CSVWriter(folder.file("answers.csv"), columns: columns)
    for record in records {
      try lines.append { try write(record, to: &$0) }
      try table.append([
        .text(record.file), .integer(record.index), .text(record.method), .integer(record.length),
        .integer(record.budget), CSVCell(record.score),
        CSVCell(record.score.map { $0 == 1 ? 1 : 0 }),
        CSVCell(record.answerProbability), .integer(record.generatedTokens), .number(record.flops),
        .number(record.prefillFLOPs), .number(record.prefillSeconds), .number(record.adaptSeconds),
        .number(record.thinkSeconds), .number(record.answerSeconds),
        .integer(record.divergedAt == nil ? 0 : 1), CSVCell(record.divergedAt),
      ])
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
