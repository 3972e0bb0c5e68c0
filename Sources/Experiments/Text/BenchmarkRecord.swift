import DataFiles
import Foundation
import Prompts
import Runs
import TestTimeCompute
import TextBenchmarks

/// What one method answered to one question of a benchmark.
public struct BenchmarkRecord: LoggedRecord, Equatable {
  /// The file that holds the question, its name there, and who answered.
  public struct Identity: Sendable, Hashable {
    public var file: String
    public var id: String
    public var method: String

    public init(file: String, id: String, method: String) {
      (self.file, self.id, self.method) = (file, id, method)
    }
  }

  public var identity = Identity(file: "", id: "", method: "")
  /// The category, subset or task.
  public var row = ""
  /// Tokens before the answer, as they were read and before the text was cut.
  public var length = 0
  public var fullLength = 0
  /// The steps made, or the most tokens of thought.
  public var budget = 0
  /// What the method was allowed to spend behind the prefill; nil where nothing limits it.
  public var budgetFLOPs: Int?
  /// Tallied by the kernels behind the prefill.
  public var spentFLOPs = 0
  /// What the closed forms say to thoughts and answers of the greatest length.
  public var predictedFLOPs = 0
  public var prefillFLOPs = 0
  public var generatedTokens = 0
  /// What was generated before the answer, and the answer.
  public var thought = ""
  public var answer = ""
  /// From 0 to 100, by the benchmark's metric.
  public var score = 0.0
  /// The mean of −log p over the tokens of the first right answer, in nats; nil where one has no
  /// probability that a number can hold.
  public var answerLoss: Double?
  /// Whether a loss, gradient or logit was not finite; the record then has no answer.
  public var hasDiverged = false
  /// Where that arose; nil where nothing did.
  public var divergedAt: String?
  /// The only members that differ between two runs.
  public var seconds = PhaseSeconds()

  init(
    _ prepared: PreparedQuestion, _ choice: PlannedText.Choice, _ made: TextAnswer
  ) {
    let outcome = made.outcome
    identity = Identity(file: prepared.file, id: prepared.question.id, method: choice.name)
    row = prepared.question.row
    length = prepared.length
    fullLength = prepared.fullLength
    budget = choice.budget
    budgetFLOPs = choice.budgetFLOPs.map { Int(clamping: $0) }
    spentFLOPs = Int(clamping: outcome.spentFLOPs)
    predictedFLOPs = Int(clamping: outcome.predictedFLOPs)
    prefillFLOPs = Int(clamping: outcome.prefillFLOPs)
    generatedTokens = outcome.generatedTokens
    hasDiverged = outcome.hasDiverged
    divergedAt = outcome.divergence?.description
    thought = hasDiverged ? "" : made.thought
    answer = hasDiverged ? "" : made.text
    score = hasDiverged ? 0 : prepared.question.score(made.text)
    let losses = outcome.answerProbabilities.map { -log($0) }
    let loss = losses.reduce(0, +) / Double(losses.count)
    answerLoss = !hasDiverged && loss.isFinite ? loss : nil
    seconds = outcome.seconds
    // Methods at matched operations would not be, and it is the program's own fault.
    precondition(spentFLOPs <= budgetFLOPs ?? .max, "a method spent more than its budget")
  }

  private init() {}

  /// All members but the times, in the order in which they are written.
  private static let fields: [Setting<BenchmarkRecord>] = [
    Setting("file", \.identity.file, help: ""), Setting("id", \.identity.id, help: ""),
    Setting(
      "method", \.identity.method, .choice(MethodCatalog.names), "",
      write: { JSONValue(.string($0)) }, read: \.string),
    Setting("row", \.row, help: ""), Setting("length", \.length, in: 1 ... .max, help: ""),
    Setting("full_length", \.fullLength, in: 1 ... .max, help: ""),
    Setting("budget", \.budget, in: 0 ... .max, help: ""),
    Setting("budget_flops", \.budgetFLOPs, in: 0 ... .max, help: ""),
    Setting("flops", \.spentFLOPs, in: 0 ... .max, help: ""),
    Setting("predicted_flops", \.predictedFLOPs, in: 0 ... .max, help: ""),
    Setting("prefill_flops", \.prefillFLOPs, in: 0 ... .max, help: ""),
    Setting("generated_tokens", \.generatedTokens, in: 0 ... .max, help: ""),
    Setting("thought", \.thought, help: ""), Setting("answer", \.answer, help: ""),
    Setting("score", \.score, in: .closed(0...100), help: ""),
    Setting("answer_loss", \.answerLoss, help: ""), Setting("diverged", \.hasDiverged, help: ""),
    Setting("diverged_at", \.divergedAt, help: ""),
  ]

  private static let tabled = fields.filter { $0.name != "thought" && $0.name != "answer" }

  /// The columns of `results.csv`.
  static let columns =
    tabled.flatMap { $0.name == "full_length" ? [$0.name, "cut"] : [$0.name] }
    + ["seconds_prefill", "seconds_adapt", "seconds_think", "seconds_answer"]

  /// The record as a row of `results.csv`.
  var cells: [CSVCell] {
    Self.tabled.flatMap { field -> [CSVCell] in
      switch field.name {
      case "full_length": [field.cell(self), .integer(fullLength > length ? 1 : 0)]
      case "score" where hasDiverged: [.missing]
      default: [field.cell(self)]
      }
    } + [seconds.prefill, seconds.adapt, seconds.think, seconds.answer].map { .number($0) }
  }

  /// Writes the record as one object, which `BenchmarkAnswers` reads too.
  ///
  /// - Throws: `JSONWriter.NotFinite`.
  public func write(to json: inout JSONWriter) throws {
    try json.object { json in
      json.member("version", BenchmarkAnswers.formatVersion)
      for field in Self.fields where field.name != "diverged_at" || divergedAt != nil {
        field.write(self, to: &json)
      }
      try json.object("seconds") { try seconds.writeMembers(to: &$0) }
    }
  }

  /// Reads a record.
  ///
  /// - Parameter file: what errors call the file.
  /// - Throws: `JSONError`.
  public init(_ value: JSONValue, file: String) throws(JSONError) {
    self.init()
    var reader = try JSONObjectReader(value, file: file)
    try reader.version(understood: BenchmarkAnswers.formatVersion)
    for field in Self.fields {
      try field.read(into: &self, from: &reader, isRequired: field.name != "diverged_at")
    }
    guard fullLength >= length else {
      throw reader.invalid("full_length", "must be at least the length, \(length)")
    }
    var times = try reader.object("seconds")
    seconds = try PhaseSeconds(&times)
    try reader.finish()
  }
}
