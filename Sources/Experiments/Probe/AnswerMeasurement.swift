import Foundation
import Instrumentation
import SandboxTasks
import TransformerModel

/// What a session, having read a context, says to its question, and where it looks.
public struct AnswerMeasurement: Sendable, Equatable, Codable {
  /// The token that each row ranks first; the answer of greedy decoding up to the first wrong one.
  public let best: [Int32]
  /// The probability of each token of the right answer.
  public let probabilities: [Double]
  /// Whether greedy decoding writes exactly the right answer.
  public let isCorrect: Bool
  /// The product of all `probabilities`.
  public let answerProbability: Double
  /// The product of those of the value tokens, the ones that the context alone determines.
  public let valueProbability: Double
  /// What each head gave to each fact: by layer, answer step, head and hop.
  public let records: [TargetMassRecord]
  /// The instruments that were read beside the standard ones.
  public let instruments: [String]
}

extension AnswerMeasurement {
  /// The slacks Δ of the dilution bound for which competitors are counted, in nats.
  public static let slacks: [Double] = [0, 1, 2, 4]

  /// Asks a session that has read the context of an instance, and leaves it as it was.
  ///
  /// - Parameter instruments: those that are read beside the standard ones, by name.
  /// - Throws: `NotFiniteAnswer` where a score or logit is not finite, as after an adaptation that
  ///   diverged.
  static func make(
    _ session: InferenceSession, _ instance: TaskInstance, instruments: [String] = []
  ) throws(NotFiniteAnswer) -> AnswerMeasurement {
    let pass = AnswerPass(instance)
    let recorder = TargetMassRecorder(
      rows: pass.rows, slacks: slacks, instruments: instruments)
    let length = session.length
    let logits = session.append(pass.tokens, logits: .all, observing: recorder.observation)
    session.rewind(to: length)
    if let site = recorder.firstNonFiniteSite { throw NotFiniteAnswer(session, pass.tokens, site) }
    let size = session.model.configuration.vocabularySize
    var best: [Int32] = []
    var probabilities: [Double] = []
    for (step, token) in instance.answer.enumerated() {
      let start = (pass.firstRow + step) * size
      guard let choice = Choice(logits[start..<start + size], of: token) else {
        throw NotFiniteAnswer(session, pass.tokens, nil)
      }
      best.append(choice.best)
      probabilities.append(choice.probability)
    }
    return AnswerMeasurement(
      best: best, probabilities: probabilities, isCorrect: best == instance.answer,
      answerProbability: probabilities.reduce(1, *),
      valueProbability: probabilities.product(where: instance.answerIsValue),
      records: recorder.records, instruments: instruments)
  }
}

extension [Double] {
  /// The product of the probabilities of those tokens for which `flags` is true.
  func product(where flags: [Bool]) -> Double {
    zip(self, flags).reduce(1) { $1.1 ? $0 * $1.0 : $0 }
  }
}

/// Scores or logits of an answer that are not finite.
struct NotFiniteAnswer: Error {
  /// Where they left the finite numbers.
  var place: String

  /// Looks for the place in tokens behind what a session has read.
  ///
  /// - Parameter site: whose scores are not finite; nil where only logits are not.
  init(_ session: InferenceSession, _ tokens: [Int32], _ site: AttentionSite?) {
    let found = session.overflow(reading: tokens)
    let scores = site.map { "the attention scores of layer \($0.layer)" }
    place = found == .head ? scores ?? found.description : found.description
  }
}

/// What one row of logits makes of a token.
private struct Choice {
  /// The token ranked first; the lowest of those that tie, as greedy decoding takes it.
  var best: Int32
  /// The probability of the token asked about.
  var probability: Double

  init?(_ logits: ArraySlice<Float>, of token: Int32) {
    guard logits.allSatisfy(\.isFinite), let highest = logits.max() else { return nil }
    let shift = Double(highest)
    let total = logits.reduce(0) { $0 + exp(Double($1) - shift) }
    let first = logits.firstIndex(of: highest) ?? logits.startIndex
    best = Int32(first - logits.startIndex)
    probability = exp(Double(logits[logits.startIndex + Int(token)]) - shift) / total
  }
}
