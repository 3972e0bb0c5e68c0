/// Why a method cannot be run on a problem.
public enum MethodError: Error, Equatable {
  /// Weights whose gradient passes through keys or values that are frozen.
  case frozenKeyValues(TrainedWeights)
  /// A span, with the token behind it, is longer than the context.
  case spanTooLong(span: Int, context: Int)
  /// Gold spans are asked for, but the problem names none.
  case noGold
  /// Another instance's context is asked for, but none is given.
  case noDonor
  /// The cache is too small for the context and what the method appends.
  case noRoom(needed: Int, capacity: Int)
  /// A budget that does not pay for the shortest answer.
  case tooExpensive(least: FLOPs.Count, budget: FLOPs.Count)
  /// A budget that leaves too few tokens for each trace.
  case budgetTooSmall(tokensEach: Int, least: Int)
  /// More beams than tokens to start them with.
  case tooManyBeams(beams: Int, vocabulary: Int)
}

extension MethodError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .frozenKeyValues(let weights):
      "Training \(weights) needs the span's keys and values recomputed: from a frozen cache they "
        + "have no gradient"
    case .spanTooLong(let span, let context):
      "A\(Self.wording(span: span, context: context).dropFirst()); "
        + "choose a span of at most \(max(0, context - 1))"
    case .noGold:
      "Oracle spans need the places of the gold facts, and this problem names none"
    case .noDonor:
      "Training on another instance's context needs a second context that has been read"
    case .noRoom(let needed, let capacity):
      "The method needs room for \(needed) tokens, but the cache holds \(capacity)"
    case .tooExpensive(let least, let budget):
      "A budget of \(budget) operations does not pay for the shortest answer, which takes \(least)"
    case .budgetTooSmall(let tokens, let least):
      "A budget that leaves \(tokens) thinking tokens to each trace is too small; each needs at "
        + "least \(least)"
    case .tooManyBeams(let beams, let vocabulary):
      "\(beams) beams cannot start from a vocabulary of \(vocabulary) tokens"
    }
  }
}

extension MethodError {
  /// That a span is too long, as the end of a sentence.
  static func wording(span: Int, context: Int) -> String {
    "a span of \(span) tokens and the token behind it do not fit into a context of \(context)"
  }
}
