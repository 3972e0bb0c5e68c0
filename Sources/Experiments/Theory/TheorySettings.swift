import TransformerModel

/// What is measured of the theory, and how.
public struct TheorySettings: Sendable, Equatable {
  /// The Δ of the dilution bound, of which the tightest counts, in nats.
  public var slacks: [Double]
  /// The ε of the margin requirement.
  public var shortfalls: [Double]
  /// The η of the steps along the query gradient.
  public var learningRates: [Double]
  /// M: tokens of thinking on top of the answer's; nil takes as many as the right trace has.
  public var thinkingTokens: Int?
  /// Changes to attention, for context and question alike.
  public var options: PassOptions

  /// The lab's choice, by default.
  public init(
    slacks: [Double] = [0, 0.5, 1, 1.5, 2, 3, 4, 6], shortfalls: [Double] = [0.1, 0.5],
    learningRates: [Double] = [0.01, 0.1, 1], thinkingTokens: Int? = nil,
    options: PassOptions = .init()
  ) {
    precondition(!slacks.isEmpty, "a bound needs a slack")
    self.slacks = slacks
    self.shortfalls = shortfalls
    self.learningRates = learningRates
    self.thinkingTokens = thinkingTokens
    self.options = options
  }
}
