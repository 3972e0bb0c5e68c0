import Runs

/// Everything that was checked on one instance at one site.
public struct TheoryResult: Sendable, Equatable {
  /// What was measured.
  public let item: ProbeItem
  public let checks: TheoryChecks
}

/// What was checked on an instance, kept until the tables are there.
public struct TheoryChecks: CodedRecord, Equatable {
  /// Where.
  public let site: RetrievalSite
  /// The rows that look facts up: those that predict value tokens.
  public let targets: [TargetCheck]
  /// The same rows.
  public let gradients: [GradientCheck]
  /// Each generated token of a greedy trace, with each fact on the path to the answer.
  public let signals: [SignalCheck]
}
