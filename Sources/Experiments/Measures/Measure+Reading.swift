extension Measure {
  /// The measure of a sweep's record; nil where the record does not have it, as after a divergence.
  ///
  /// - Parameter heads: those that are followed.
  public func value(of record: SweepRecord, heads: FollowedHeads?) -> Double? {
    if record.hasDiverged { return nil }
    switch reading {
    case .isCorrect: return record.isCorrect ? 1 : 0
    case .isMajorityCorrect: return record.isMajorityCorrect.map { $0 ? 1 : 0 }
    case .answerProbability: return record.answerProbability
    case .valueProbability: return record.valueProbability
    case .openingProbability: return record.openingProbability
    case .site(let column, .mean): return record.sites?.mean(column)
    case .site(let column, .best):
      return heads.flatMap { record.sites?.number(column, at: $0[column.rows]) }.map(Double.init)
    }
  }

  /// The measure of a probe's summary; nil where there is none, as where the head is not there.
  ///
  /// - Parameter heads: those that are followed.
  public func value(of summary: ProbeSummary, heads: FollowedHeads?) -> Double? {
    switch reading {
    case .isCorrect: return summary.isCorrect ? 1 : 0
    case .isMajorityCorrect: return nil
    case .answerProbability: return summary.answerProbability
    case .valueProbability: return summary.valueProbability
    case .openingProbability: return summary.openingProbability
    case .site(let column, .mean): return summary.mean(column)
    case .site(let column, .best):
      return heads.flatMap { summary.reading(of: $0[column.rows])?[column] }
    }
  }

  /// Whether a sweep's table holds the measure in single precision, so that what is read from it must be
  /// rounded to be what the record holds.
  public var isSingleInSweeps: Bool {
    if case .site(_, .best) = reading { return true }
    return false
  }
}
