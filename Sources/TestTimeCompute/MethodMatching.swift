import Randomness

extension BudgetMatch {
  /// The largest number of thinking tokens, of each trace where there are several, with which a
  /// decoding costs at most `budget`, prompt and answer included.
  ///
  /// - Parameters:
  ///   - least: the fewest tokens with which the decoding can be done.
  ///   - decoding: the decoding with that many tokens.
  /// - Returns: nil where the budget does not pay for the fewest.
  public init?(
    within budget: FLOPs.Count, _ extent: ProblemExtent, _ costs: FLOPs, least: Int = 1,
    decoding: (Int) -> any Decoding
  ) {
    self.init(within: budget, least: least) { decoding($0).flops(extent, costs) }
  }
}

extension SpanTraining {
  /// What training on this very problem is going to cost: its spans are drawn as a run with the same
  /// stream draws them.
  ///
  /// - Parameter length: T; of the other instance's context, where that is trained on.
  /// - Returns: nil where the model itself chooses the spans.
  public func plannedFLOPs(
    _ problem: Problem, behind length: Int, stream: RandomStream, costs: FLOPs
  ) -> FLOPs.Count? {
    if steps == 0 { return 0 }
    guard
      var spans = drawnSpans(
        problem.gold, length: length, stream: stream.child("spans"))
    else { return nil }
    return (0..<steps).reduce(0) { sum, _ in
      sum
        + stepFLOPs(
          start: spans.nextStart(spanLength: spanLength, contextLength: length), costs)
    }
  }
}
