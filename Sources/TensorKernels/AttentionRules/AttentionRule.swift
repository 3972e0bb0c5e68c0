/// How a layer attends: which keys a row sees, how their scores are scaled, and how they become
/// weights.
public struct AttentionRule: Sendable {
  public var visibility: any KeyVisibility
  public var scale: any ScoreScale
  public var normalizer: any AttentionNormalizer

  /// Causal softmax attention but for what is given.
  public init(
    visibility: any KeyVisibility = CausalVisibility(), scale: any ScoreScale = PlainScale(),
    normalizer: any AttentionNormalizer = Softmax()
  ) {
    self.visibility = visibility
    self.scale = scale
    self.normalizer = normalizer
  }

  /// What published models do.
  public static let causalSoftmax = AttentionRule()

  /// Every part that files may name: a new one is its own file and a line here.
  public static let visibilities: [any KeyVisibility.Type] = [
    CausalVisibility.self, SlidingWindow.self,
  ]
  public static let scales: [any ScoreScale.Type] = [
    PlainScale.self, LogarithmicScale.self, LearnedScale.self, AnchoredScale.self,
  ]
  public static let normalizers: [any AttentionNormalizer.Type] = [Softmax.self]

  /// Whether each head learns a number of its own.
  public var isLearned: Bool { type(of: scale).learnedStart != nil }

  /// Whether the fast kernels do it: every scale, but no other visibility or weights.
  public var isFast: Bool { visibility is CausalVisibility && normalizer is Softmax }
}

extension AttentionRule: Hashable {
  private var parts: [AnyHashable] {
    [AnyHashable(visibility), AnyHashable(scale), AnyHashable(normalizer)]
  }

  public static func == (one: Self, other: Self) -> Bool { one.parts == other.parts }
  public func hash(into hasher: inout Hasher) { hasher.combine(parts) }
}
