import TransformerModel

/// A shape that is known by name, without a checkpoint.
public struct KnownShape: Equatable, Sendable {
  /// Such as `qwen3-4b`.
  public let name: String
  /// The shape.
  public let configuration: ModelConfiguration

  /// A shape under a name of its own.
  public init(name: String, configuration: ModelConfiguration) {
    self.name = name
    self.configuration = configuration
  }

  /// Three layers of width 128: what the lab trains on its own tasks.
  public static let sandbox = KnownShape(
    name: "sandbox",
    configuration: ModelConfiguration(
      vocabularySize: 64, width: 128, layers: 3, queryHeads: 4, keyValueHeads: 4, headWidth: 32,
      mlpWidth: 256))

  /// The dense models of Qwen3, as their published config.json files describe them, by size.
  public static let qwen3 = [
    qwen3("0.6b", width: 1024, layers: 28, heads: 16, mlp: 3072, tied: true),
    qwen3("1.7b", width: 2048, layers: 28, heads: 16, mlp: 6144, tied: true),
    qwen3("4b", width: 2560, layers: 36, heads: 32, mlp: 9728, tied: true),
    qwen3("8b", width: 4096, layers: 36, heads: 32, mlp: 12288, tied: false),
    qwen3("14b", width: 5120, layers: 40, heads: 40, mlp: 17408, tied: false),
    qwen3("32b", width: 5120, layers: 64, heads: 64, mlp: 25600, tied: false),
  ]

  /// All of them.
  public static let all = [sandbox] + qwen3

  /// The shape of that name, if there is one.
  public static func named(_ name: String) -> KnownShape? { all.first { $0.name == name } }

  private static func qwen3(
    _ size: String, width: Int, layers: Int, heads: Int, mlp: Int, tied: Bool
  ) -> KnownShape {
    KnownShape(
      name: "qwen3-\(size)",
      configuration: ModelConfiguration(
        vocabularySize: 151_936, width: width, layers: layers, queryHeads: heads, keyValueHeads: 8,
        headWidth: 128, mlpWidth: mlp, hasTiedHead: tied, maximumPositions: 40_960))
  }
}
