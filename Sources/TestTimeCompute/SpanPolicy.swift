import Randomness

/// Chooses the spans of a context on which the queries are adapted, one after the other.
///
/// A policy that needs to know more than the two lengths (gold positions, the model's own attention)
/// is given it when it is made.
public protocol SpanPolicy {
  /// The start of the next span.
  ///
  /// - Parameters:
  ///   - spanLength: k, from 1 to `contextLength − 1`.
  ///   - contextLength: T.
  /// - Returns: a start from 0 to `contextLength − spanLength − 1`, so that the last token of the span
  ///   has a next one to predict.
  mutating func nextStart(spanLength: Int, contextLength: Int) -> Int
}

/// Spans anywhere in the context, every start equally likely: the paper's policy.
public struct UniformSpans: SpanPolicy, Sendable {
  private var stream: RandomStream

  /// Spans drawn from `stream`.
  public init(_ stream: RandomStream) { self.stream = stream }

  public mutating func nextStart(spanLength: Int, contextLength: Int) -> Int {
    precondition(
      spanLength >= 1 && spanLength < contextLength, "a span is shorter than its context")
    return stream.below(contextLength - spanLength)
  }
}
