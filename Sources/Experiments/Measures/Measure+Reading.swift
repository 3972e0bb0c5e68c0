extension Measure {
  /// The measure of a sweep's record; nil where the record does not have it, as after a divergence.
  ///
  /// - Parameter site: the head that is followed.
  public func value(of record: SweepRecord, site: RetrievalSite?) -> Double? {
    if record.hasDiverged { return nil }
    switch traits.reading {
    case .isCorrect: return record.isCorrect ? 1 : 0
    case .isMajorityCorrect: return record.isMajorityCorrect.map { $0 ? 1 : 0 }
    case .answerProbability: return record.answerProbability
    case .valueProbability: return record.valueProbability
    case .meanMass: return record.sites?.meanMass
    case .site(let numbers, _):
      guard let sites = record.sites, let place = site.flatMap({ sites.place(of: $0) }) else {
        return nil
      }
      return Double(sites[keyPath: numbers][place])
    }
  }

  /// The measure of a probe's summary; nil where there is none, as where the head is not there.
  ///
  /// - Parameter site: the head that is followed.
  public func value(of summary: ProbeSummary, site: RetrievalSite?) -> Double? {
    switch traits.reading {
    case .isCorrect: return summary.isCorrect ? 1 : 0
    case .isMajorityCorrect: return nil
    case .answerProbability: return summary.answerProbability
    case .valueProbability: return summary.valueProbability
    case .meanMass: return summary.massMean
    case .site(_, let number):
      return site.flatMap { summary.reading(of: $0)?[keyPath: number] }
    }
  }

  /// Whether a sweep's table holds the measure in single precision, so that what is read from it must be
  /// rounded to be what the record holds.
  public var isSingleInSweeps: Bool {
    if case .site = traits.reading { return true }
    return false
  }
}
