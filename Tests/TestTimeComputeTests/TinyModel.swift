import Foundation
import Randomness
import TensorKernels
import TransformerModel

/// Small random models on which methods and costs are tried.
enum TinyModel {
  /// Shapes that differ in everything a cost depends on.
  static let shapes: [ModelConfiguration] = [
    // Groups of three heads, heads wider together than the model, tied head.
    ModelConfiguration(
      vocabularySize: 29, width: 20, layers: 3, queryHeads: 6, keyValueHeads: 2, headWidth: 10,
      mlpWidth: 28, hasTiedHead: true),
    // One key-value head for all, no QK-norm, heads narrower together than the model.
    ModelConfiguration(
      vocabularySize: 64, width: 24, layers: 2, queryHeads: 4, keyValueHeads: 1, headWidth: 4,
      mlpWidth: 17, hasQueryKeyNorm: false),
    // As the sandbox's, one layer.
    ModelConfiguration(
      vocabularySize: 64, width: 16, layers: 1, queryHeads: 4, keyValueHeads: 4, headWidth: 4,
      mlpWidth: 32),
    // Rules and layers of all kinds.
    ModelConfiguration(
      vocabularySize: 40, width: 12, layers: 4, queryHeads: 4, keyValueHeads: 2, headWidth: 4,
      mlpWidth: 10,
      plans: [
        LayerPlan(attention: AttentionRule(visibility: Blocks(of: 9)), hasMLP: false),
        LayerPlan(attention: nil),
        LayerPlan(attention: AttentionRule(visibility: Blocks(of: 40), scale: LearnedScale())),
        LayerPlan(),
      ]),
  ]

  /// A model of the sandbox's kind: its vocabulary, two layers.
  static let sandbox = make(
    ModelConfiguration(
      vocabularySize: 64, width: 32, layers: 2, queryHeads: 4, keyValueHeads: 2, headWidth: 8,
      mlpWidth: 48), seed: 5)

  static func make(_ configuration: ModelConfiguration, seed: UInt64) -> Transformer {
    Transformer(
      Parameters(
        configuration, initializedBy: RandomStream(seed: seed, label: "a model to test with")))
  }

  /// Tokens without meaning.
  static func tokens(_ count: Int, of configuration: ModelConfiguration, seed: UInt64) -> [Int32] {
    var stream = RandomStream(seed: seed, label: "tokens")
    return (0..<count).map { _ in Int32(stream.below(configuration.vocabularySize)) }
  }
}

/// Rows see the keys of their own block of so many.
struct Blocks: KeyVisibility {
  static let name = "block"
  static let settings = [RuleSetting("keys", in: 1...1e6, isWhole: true)]
  let keys: Int

  init(of keys: Int) { self.keys = keys }
  init(_ values: [Double]) { self.init(of: Int(values[0])) }
  var values: [Double] { [Double(keys)] }

  func firstKey(of position: Int) -> Int { position / keys * keys }

  func pairs(of rows: Range<Int>, from start: Int) -> Int {
    rows.reduce(0) { $0 + $1 + 1 - max(start, firstKey(of: $1)) }
  }
}

/// The folder of the random checkpoint that lies with the tests of the model.
var fixtureFolder: String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("TransformerModelTests/Fixtures/qwen3-tiny").path
}
