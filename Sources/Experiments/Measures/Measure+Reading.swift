extension Measure {
  /// The measure of a sweep's record; nil where the record does not have it, as after a divergence.
  ///
  /// - Parameter heads: those that are followed.
  public func value(of record: SweepRecord, heads: FollowedHeads?) -> Double? {
    if record.hasDiverged { return nil }
    switch traits.reading {
    case .isCorrect: return record.isCorrect ? 1 : 0
    case .isMajorityCorrect: return record.isMajorityCorrect.map { $0 ? 1 : 0 }
    case .answerProbability: return record.answerProbability
    case .valueProbability: return record.valueProbability
    case .openingProbability: return record.openingProbability
    case .meanMass(let all): return all ? record.sites?.all.meanMass : record.sites?.meanMass
    case .site(let head, let numbers, _):
      guard let sites = record.sites, let heads,
        let place = sites.place(of: heads[keyPath: head])
      else { return nil }
      return Double(sites[keyPath: numbers][place])
    }
  }

  /// The measure of a probe's summary; nil where there is none, as where the head is not there.
  ///
  /// - Parameter heads: those that are followed.
  public func value(of summary: ProbeSummary, heads: FollowedHeads?) -> Double? {
    switch traits.reading {
    case .isCorrect: return summary.isCorrect ? 1 : 0
    case .isMajorityCorrect: return nil
    case .answerProbability: return summary.answerProbability
    case .valueProbability: return summary.valueProbability
    case .openingProbability: return summary.openingProbability
    case .meanMass(let all): return all ? summary.massMeanAll : summary.massMean
    case .site(let head, _, let number):
      return heads.flatMap { summary.reading(of: $0[keyPath: head])?[keyPath: number] }
    }
  }

  /// Whether a sweep's table holds the measure in single precision, so that what is read from it must be
  /// rounded to be what the record holds.
  public var isSingleInSweeps: Bool {
    if case .site = traits.reading { return true }
    return false
  }
}
