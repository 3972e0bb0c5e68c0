import Randomness

/// Chooses the spans of a context on which weights are trained, one after the other: anywhere in it,
/// every start equally likely, as the paper does; or around given positions.
///
/// A span around positions is drawn by drawing one of the ranges and then a start, uniform among those
/// whose span holds the range and predicts its last token. Of a range longer than the span, the span
/// ends where the range does.
public struct DrawnSpans: Sendable {
  /// None where spans may be anywhere.
  private let ranges: [Range<Int>]
  /// How likely each range is, added up; the last is the total.
  private let cumulative: [Double]
  private var stream: RandomStream

  /// Spans anywhere in the context, drawn from `stream`.
  public init(_ stream: RandomStream) { (ranges, cumulative, self.stream) = ([], [], stream) }

  /// Spans that hold `ranges` of the context, each equally likely or by weight.
  ///
  /// - Parameter weights: nil, or a weight of each range, at least 0 and not all 0.
  public init(holding ranges: [Range<Int>], weights: [Double]? = nil, stream: RandomStream) {
    precondition(!ranges.isEmpty, "no span holds nothing")
    precondition(weights == nil || weights?.count == ranges.count, "one weight a range")
    self.ranges = ranges
    var sum = 0.0
    cumulative = (weights ?? [Double](repeating: 1, count: ranges.count)).map { weight in
      precondition(weight >= 0 && weight.isFinite, "a weight is at least 0")
      sum += weight
      return sum
    }
    precondition(sum > 0, "one weight is above 0")
    self.stream = stream
  }

  /// The start of the next span.
  ///
  /// - Parameters:
  ///   - spanLength: k, from 1 to `contextLength − 1`.
  ///   - contextLength: T.
  /// - Returns: a start from 0 to `contextLength − spanLength − 1`, so that the last token of the span
  ///   has a next one to predict.
  public mutating func nextStart(spanLength: Int, contextLength: Int) -> Int {
    precondition(
      spanLength >= 1 && spanLength < contextLength, "a span is shorter than its context")
    if ranges.isEmpty { return stream.below(contextLength - spanLength) }
    let place = stream.unit() * (cumulative.last ?? 0)
    let range = ranges[cumulative.firstIndex { place < $0 } ?? cumulative.count - 1]
    let last = contextLength - spanLength - 1
    // The rows start ..< start + k predict the tokens start + 1 ... start + k.
    let upper = min(range.lowerBound, last)
    let lower = min(max(0, range.upperBound - spanLength), last)
    if lower >= upper { return max(0, min(lower, last)) }
    return lower + stream.below(upper - lower + 1)
  }
}
