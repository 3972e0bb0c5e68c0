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

  public var identity: Identity
  /// The category, subset or task.
  public var row: String
  /// Tokens before the answer, as they were read and before the text was cut.
  public var length: Int
  public var fullLength: Int
  /// The steps made, or the most tokens of thought.
  public var budget: Int
  /// What the method was allowed to spend behind the prefill; nil where nothing limits it.
  public var budgetFLOPs: Int?
  /// Tallied by the kernels behind the prefill.
  public var spentFLOPs: Int
  /// What the closed forms say to thoughts and answers of the greatest length.
  public var predictedFLOPs: Int
  public var prefillFLOPs: Int
  public var generatedTokens: Int
  /// What was generated before the answer, and the answer.
  public var thought: String
  public var answer: String
  /// From 0 to 100, by the benchmark's metric.
  public var score: Double
  /// The mean of −log p over the tokens of the first right answer, in nats; nil where one has no
  /// probability that a number can hold.
  public var answerLoss: Double?
  /// Whether a loss, gradient or logit was not finite; the record then has no answer.
  public var hasDiverged: Bool
  /// Where that arose; nil where nothing did.
  public var divergedAt: String?
  /// The only members that differ between two runs.
  public var seconds: SweepRecord.Seconds

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
    let times = outcome.seconds
    seconds = SweepRecord.Seconds(
      prefill: times.prefill, adapt: times.adapt, think: times.think, answer: times.answer)
    // Methods at matched operations would not be, and it is the program's own fault.
    precondition(spentFLOPs <= budgetFLOPs ?? .max, "a method spent more than its budget")
  }

  /// Writes the record as one object, which `BenchmarkAnswers` reads too.
  ///
  /// - Throws: `JSONWriter.NotFinite`.
  public func write(to json: inout JSONWriter) throws {
    try json.object { json in
      json.member("version", BenchmarkAnswers.formatVersion)
      json.member("file", identity.file)
      json.member("id", identity.id)
      json.member("method", identity.method)
      json.member("row", row)
      json.member("length", length)
      json.member("full_length", fullLength)
      json.member("budget", budget)
      json.optional("budget_flops", budgetFLOPs)
      json.member("flops", spentFLOPs)
      json.member("predicted_flops", predictedFLOPs)
      json.member("prefill_flops", prefillFLOPs)
      json.member("generated_tokens", generatedTokens)
      json.member("thought", thought)
      json.member("answer", answer)
      try json.member("score", score)
      try json.optional("answer_loss", answerLoss)
      json.member("diverged", hasDiverged)
      if let divergedAt { json.member("diverged_at", divergedAt) }
      try json.object("seconds") { try seconds.writeMembers(to: &$0) }
    }
  }

  /// Reads a record.
  ///
  /// - Parameter file: what errors call the file.
  /// - Throws: `JSONError`.
  public init(_ value: JSONValue, file: String) throws(JSONError) {
    var reader = try JSONObjectReader(value, file: file)
    try reader.version(understood: BenchmarkAnswers.formatVersion)
    identity = Identity(
      file: try reader.string("file"), id: try reader.string("id"),
      method: try reader.string("method", oneOf: MethodCatalog.names))
    row = try reader.string("row")
    length = try reader.int("length", in: 1 ... .max)
    fullLength = try reader.int("full_length", in: length ... .max)
    budget = try reader.int("budget", in: 0 ... .max)
    budgetFLOPs =
      try reader.value("budget_flops").isNull ? nil : reader.int("budget_flops", in: 0 ... .max)
    spentFLOPs = try reader.int("flops", in: 0 ... .max)
    predictedFLOPs = try reader.int("predicted_flops", in: 0 ... .max)
    prefillFLOPs = try reader.int("prefill_flops", in: 0 ... .max)
    generatedTokens = try reader.int("generated_tokens", in: 0 ... .max)
    thought = try reader.string("thought")
    answer = try reader.string("answer")
    score = try reader.double("score", in: 0...100)
    answerLoss = try reader.value("answer_loss").isNull ? nil : try reader.double("answer_loss")
    hasDiverged = try reader.bool("diverged")
    divergedAt = reader.contains("diverged_at") ? try reader.string("diverged_at") : nil
    var times = try reader.object("seconds")
    seconds = try SweepRecord.Seconds(&times)
    try reader.finish()
  }
}
