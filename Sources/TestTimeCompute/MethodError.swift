/// Why a method cannot be run on a problem, in one sentence.
public struct MethodError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ sentence: String) { description = sentence }

  /// Gold spans are asked for, but the problem names none.
  public static let noGold = MethodError(
    "Oracle spans need the places of the gold facts, and this problem names none")

  /// A span, with the token behind it, is longer than the context.
  static func tooLong(span: Int, context: Int) -> MethodError {
    MethodError(
      "A\(wording(span: span, context: context).dropFirst()); "
        + "choose a span of at most \(max(0, context - 1))")
  }

  /// A budget that does not pay for the shortest answer.
  static func tooExpensive(least: FLOPs.Count, budget: FLOPs.Count) -> MethodError {
    MethodError(
      "A budget of \(budget) operations does not pay for the shortest answer, which takes \(least)")
  }

  /// That a span is too long, as the end of a sentence.
  static func wording(span: Int, context: Int) -> String {
    "a span of \(span) tokens and the token behind it do not fit into a context of \(context)"
  }
}

extension ThinkingDecoding {
  /// Refuses a budget that leaves too few tokens for each trace.
  ///
  /// - Throws: `MethodError`.
  func checkTokens(_ problem: Problem) throws {
    let least = leastTokens(problem)
    guard tokens >= least else {
      throw MethodError(
        "A budget that leaves \(tokens) thinking tokens to each trace is too small; each "
          + "needs at least \(least)")
    }
  }
}
