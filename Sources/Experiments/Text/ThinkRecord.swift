import DataFiles
import Prompts
import Runs
import TestTimeCompute
import TextBenchmarks

/// What one method answered to one text, kept until the tables are there.
public struct ThinkRecord: CodedRecord, Equatable {
  public let file: String
  /// The number of the text in its file.
  public let index: Int
  public let method: String
  /// Tokens that were read before the answer was asked for.
  public let length: Int
  /// The steps made, or the most tokens of thought.
  public let budget: Int
  /// The right answers.
  public let outputs: [String]
  /// What was generated: the thought, and the answer that counts.
  public let thought: String
  public let answer: String
  /// The share of `outputs` that the answer holds; nil where the run diverged.
  public let score: Double?
  /// The probability of the right answer; nil where the run diverged.
  public let answerProbability: Double?
  public let generatedTokens: Int
  /// Operations behind the prefill, and of it.
  public let flops: Double
  public let prefillFLOPs: Double
  public let prefillSeconds: Double
  public let adaptSeconds: Double
  public let thinkSeconds: Double
  public let answerSeconds: Double
  /// Where a number was not finite; nil where all were.
  public let divergedAt: String?

  init(_ planned: PlannedText, file: String, _ choice: PlannedText.Choice, _ made: TextAnswer) {
    let (prompt, outcome) = (planned.encoded.prompt, made.outcome)
    self.file = file
    index = prompt.index
    method = choice.name
    length = planned.encoded.length
    budget = choice.budget
    outputs = prompt.outputs
    thought = made.thought
    answer = made.text
    score = outcome.hasDiverged ? nil : prompt.score(made.text)
    answerProbability = outcome.hasDiverged ? nil : outcome.probability
    generatedTokens = outcome.generatedTokens
    flops = Double(outcome.spentFLOPs)
    prefillFLOPs = Double(outcome.prefillFLOPs)
    prefillSeconds = outcome.seconds.prefill
    adaptSeconds = outcome.seconds.adapt
    thinkSeconds = outcome.seconds.think
    answerSeconds = outcome.seconds.answer
    divergedAt = outcome.divergence?.description
  }
}

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
