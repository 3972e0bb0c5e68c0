/// The parameters whose gradient a backward pass forms: some kinds of them in some layers.
public struct GradientTargets: Hashable, Sendable {
  /// Kinds of parameters.
  public struct Kinds: OptionSet, Hashable, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Query projections.
    public static let query = Kinds(rawValue: 1)
    /// Key projections.
    public static let key = Kinds(rawValue: 2)
    /// Value projections.
    public static let value = Kinds(rawValue: 4)
    /// Attention output projections.
    public static let output = Kinds(rawValue: 8)
    /// Gate, up and down projections.
    public static let mlp = Kinds(rawValue: 16)
    /// Gains of norms, the final one among them where they are asked for in all layers.
    public static let norms = Kinds(rawValue: 32)
    /// The embedding table, which belongs to no layer.
    public static let embedding = Kinds(rawValue: 64)
    /// The output head, which belongs to no layer.
    public static let head = Kinds(rawValue: 128)
    /// Learned factors of scores.
    public static let scales = Kinds(rawValue: 256)
    /// Every parameter.
    public static let all: Kinds = [
      .query, .key, .value, .output, .mlp, .norms, .embedding, .head, .scales,
    ]
    /// What is no layer's.
    static let tables: Kinds = [.embedding, .head]
    /// What lies below attention within a layer.
    static let belowAttention: Kinds = [.query, .key, .value, .scales]
  }

  /// In every layer.
  public let everywhere: Kinds
  /// In certain layers besides.
  private let besides: [Int: Kinds]

  /// Kinds in every layer.
  public init(_ kinds: Kinds) {
    everywhere = kinds
    besides = [:]
  }

  /// Kinds in some layers, counted from 0.
  public init(_ kinds: Kinds, layers: some Sequence<Int>) {
    precondition(kinds.isDisjoint(with: .tables), "tables belong to no layer")
    everywhere = []
    besides = kinds.isEmpty ? [:] : Dictionary(layers.map { ($0, kinds) }) { one, _ in one }
  }

  private init(everywhere: Kinds, besides: [Int: Kinds]) {
    self.everywhere = everywhere
    self.besides = besides
  }

  /// What either of two asks for.
  public func union(_ other: GradientTargets) -> GradientTargets {
    GradientTargets(
      everywhere: everywhere.union(other.everywhere),
      besides: besides.merging(other.besides) { $0.union($1) })
  }

  /// The kinds asked for in a layer, tables left out.
  public func kinds(in layer: Int) -> Kinds {
    everywhere.union(besides[layer] ?? []).subtracting(.tables)
  }

  /// Whether a kind is asked for in all layers, or at all where it belongs to none.
  public func contains(_ kinds: Kinds) -> Bool { everywhere.isSuperset(of: kinds) }

  /// Whether none of some kinds is asked for in any layer.
  public func isDisjoint(with kinds: Kinds) -> Bool {
    everywhere.isDisjoint(with: kinds) && besides.values.allSatisfy { $0.isDisjoint(with: kinds) }
  }

  /// The lowest of `layers` layers that a backward pass has to reach; `layers` where none.
  public func lowest(of layers: Int) -> Int {
    if contains(.embedding) { return 0 }
    return (0..<layers).first { !kinds(in: $0).isEmpty } ?? layers
  }
}

extension GradientTargets: ExpressibleByArrayLiteral {
  /// Kinds in every layer.
  public init(arrayLiteral kinds: Kinds...) { self.init(Kinds(kinds)) }

  public static let query = GradientTargets(.query)
  public static let key = GradientTargets(.key)
  public static let value = GradientTargets(.value)
  public static let output = GradientTargets(.output)
  public static let mlp = GradientTargets(.mlp)
  public static let norms = GradientTargets(.norms)
  public static let embedding = GradientTargets(.embedding)
  public static let head = GradientTargets(.head)
  public static let scales = GradientTargets(.scales)
  public static let all = GradientTargets(.all)
}
