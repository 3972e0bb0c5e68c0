import Prompts
import Runs
import TestTimeCompute

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
