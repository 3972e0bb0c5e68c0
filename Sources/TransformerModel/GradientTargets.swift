/// The groups of parameters whose gradient a backward pass forms.
public struct GradientTargets: OptionSet, Hashable, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Query projections.
  public static let query = GradientTargets(rawValue: 1)
  /// Key projections.
  public static let key = GradientTargets(rawValue: 2)
  /// Value projections.
  public static let value = GradientTargets(rawValue: 4)
  /// Attention output projections.
  public static let output = GradientTargets(rawValue: 8)
  /// Gate, up and down projections.
  public static let mlp = GradientTargets(rawValue: 16)
  /// Gains of all norms.
  public static let norms = GradientTargets(rawValue: 32)
  /// The embedding table.
  public static let embedding = GradientTargets(rawValue: 64)
  /// The output head.
  public static let head = GradientTargets(rawValue: 128)
  /// Every parameter.
  public static let all: GradientTargets = [
    .query, .key, .value, .output, .mlp, .norms, .embedding, .head,
  ]

  /// What lies below attention within a layer.
  static let projections: GradientTargets = [.query, .key, .value]
}
