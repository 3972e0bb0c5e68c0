import Foundation
import Randomness

/// How the next token is chosen from logits.
///
/// Temperature comes first, then the `topK` most probable tokens are kept, then of those the smallest
/// number of most probable ones that together reach `topP`. Of tokens that tie, the lower one counts
/// as the more probable.
public struct Sampler: Equatable, Sendable {
  /// What logits are divided by; 0 takes the most probable token and draws nothing.
  public var temperature: Double
  /// The share of probability that the kept tokens reach, in 0 … 1; at least one token is kept.
  public var topP: Double
  /// The greatest number of tokens kept; nil for no limit.
  public var topK: Int?

  /// A sampler with these settings.
  public init(temperature: Double, topP: Double = 1, topK: Int? = nil) {
    precondition(temperature >= 0 && temperature.isFinite, "a temperature is at least 0")
    precondition(topP > 0 && topP <= 1, "a share lies above 0 and at most at 1")
    precondition(topK.map { $0 >= 1 } ?? true, "at least one token is kept")
    self.temperature = temperature
    self.topP = topP
    self.topK = topK
  }

  /// The most probable token.
  public static let greedy = Sampler(temperature: 0)

  /// The settings of Bansal et al. 2026 for thinking.
  public static let paper = Sampler(temperature: 0.6, topP: 0.95, topK: 20)

  /// A token that may be drawn.
  public struct Choice: Equatable, Sendable {
    public let token: Int32
    public let probability: Double
  }

  /// The tokens that are kept, the most probable first, with probabilities that sum to one.
  ///
  /// - Returns: nil where a logit is not finite.
  /// - Complexity: O(V log V).
  public func choices(_ logits: [Float]) -> [Choice]? {
    guard let best = Self.best(logits) else { return nil }
    if temperature == 0 { return [Choice(token: best, probability: 1)] }
    let highest = Double(logits[Int(best)])
    var kept = logits.indices.sorted {
      logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1
    }
    if let topK { kept.removeLast(max(0, kept.count - topK)) }
    var weights = kept.map { exp((Double(logits[$0]) - highest) / temperature) }
    let limit = topP * weights.reduce(0, +)
    var reached = 0.0
    let end = weights.firstIndex { weight in
      reached += weight
      return reached >= limit
    }
    if let end { weights.removeLast(weights.count - 1 - end) }
    let total = weights.reduce(0, +)
    return zip(kept, weights).map { Choice(token: Int32($0), probability: $1 / total) }
  }

  /// The next token.
  ///
  /// - Returns: nil where a logit is not finite.
  public func next(_ logits: [Float], stream: inout RandomStream) -> Int32? {
    if temperature == 0 { return Self.best(logits) }
    guard let choices = choices(logits) else { return nil }
    var left = stream.unit()
    for choice in choices {
      left -= choice.probability
      if left < 0 { return choice.token }
    }
    // Rounding may leave a little of one behind.
    return choices.last?.token
  }

  /// The most probable token, or nil where a logit is not finite.
  static func best(_ logits: [Float]) -> Int32? {
    precondition(!logits.isEmpty, "there is no token to choose")
    var best = 0
    for index in logits.indices {
      if !logits[index].isFinite { return nil }
      if logits[index] > logits[best] { best = index }
    }
    return Int32(best)
  }

  /// `log softmax(logits)`, or nil where a logit is not finite.
  static func logProbabilities(_ logits: some Collection<Float>) -> [Double]? {
    guard logits.allSatisfy(\.isFinite), let highest = logits.max() else { return nil }
    let shift = Double(highest)
    let normalizer = shift + log(logits.reduce(0) { $0 + exp(Double($1) - shift) })
    return logits.map { Double($0) - normalizer }
  }
}
