/// Everything that was checked on one instance at one site.
public struct TheoryResult: Sendable, Equatable {
  /// What was measured.
  public let item: ProbeItem
  /// Where.
  public let site: RetrievalSite
  /// The rows that look facts up: those that predict value tokens.
  public let targets: [TargetCheck]
  /// The same rows.
  public let gradients: [GradientCheck]
  /// Each generated token of a greedy trace, with each fact on the way to the answer.
  public let signals: [SignalCheck]

  /// A result whose checks are known.
  public init(
    item: ProbeItem, site: RetrievalSite, targets: [TargetCheck], gradients: [GradientCheck],
    signals: [SignalCheck]
  ) {
    self.item = item
    self.site = site
    self.targets = targets
    self.gradients = gradients
    self.signals = signals
  }
}
