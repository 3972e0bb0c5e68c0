import Randomness
import TensorKernels
import TestSupport
import Testing
import TransformerModel

/// A random model of an uncommon shape, with something for it to read.
struct ModelCase: CustomTestStringConvertible {
  let testDescription: String
  let configuration: ModelConfiguration
  /// Lengths of the sequences that are packed into a batch.
  var lengths: [Int]
  /// Whether tokens lie at random, growing distances rather than side by side.
  var isStretched = false
  var options = PassOptions()

  static let all: [ModelCase] = [
    ModelCase(
      testDescription: "heads wider together than the model, tied",
      configuration: ModelConfiguration(
        vocabularySize: 29, width: 20, layers: 2, queryHeads: 6, keyValueHeads: 2, headWidth: 10,
        mlpWidth: 28, hasTiedHead: true),
      lengths: [37]),
    ModelCase(
      testDescription: "one key-value head for eight queries, no QK-norm, stretched",
      configuration: ModelConfiguration(
        vocabularySize: 31, width: 24, layers: 2, queryHeads: 8, keyValueHeads: 1, headWidth: 6,
        mlpWidth: 17, rotaryTheta: 500, hasQueryKeyNorm: false),
      lengths: [70], isStretched: true),
    ModelCase(
      testDescription: "eight key-value heads, tied, no QK-norm",
      configuration: ModelConfiguration(
        vocabularySize: 40, width: 12, layers: 3, queryHeads: 8, keyValueHeads: 8, headWidth: 4,
        mlpWidth: 9, hasQueryKeyNorm: false, hasTiedHead: true),
      lengths: [33, 1, 12]),
    ModelCase(
      testDescription: "as small as can be",
      configuration: ModelConfiguration(
        vocabularySize: 3, width: 1, layers: 1, queryHeads: 1, keyValueHeads: 1, headWidth: 2,
        mlpWidth: 1, normEpsilon: 0.05),
      lengths: [5]),
    ModelCase(
      testDescription: "more rows than a block, packed and stretched",
      configuration: ModelConfiguration(
        vocabularySize: 64, width: 16, layers: 2, queryHeads: 4, keyValueHeads: 2, headWidth: 8,
        mlpWidth: 24),
      lengths: [70, 1, 2, 66, 30], isStretched: true),
    ModelCase(
      testDescription: "rotary off",
      configuration: common, lengths: [20, 21], options: PassOptions(rotary: false)),
    ModelCase(
      testDescription: "queries scaled layer by layer",
      configuration: common, lengths: [41], options: PassOptions(queryScale: [1.7, 0.6])),
    ModelCase(
      testDescription: "scalable softmax over scaled queries",
      configuration: common, lengths: [30, 11],
      options: PassOptions(queryScale: [1.2, 1], scalableSoftmax: 0.5)),
    ModelCase(
      testDescription: "rows that see a block, one layer with scores by the learned logarithm",
      configuration: ruled([
        LayerPlan(attention: AttentionRule(visibility: BlockVisibility(of: 5))),
        LayerPlan(
          attention: AttentionRule(visibility: BlockVisibility(of: 8), scale: LearnedScale())),
      ]), lengths: [37, 4, 20]),
    ModelCase(
      testDescription: "fixed logarithm and anchored logarithm over all keys, over scaled queries",
      configuration: ruled([
        LayerPlan(attention: AttentionRule(scale: LogarithmicScale(0.4))),
        LayerPlan(attention: AttentionRule(scale: AnchoredScale(length: 9))),
      ]), lengths: [33], options: PassOptions(queryScale: [1.2, 1])),
    ModelCase(
      testDescription: "a layer without an MLP, one without attention, one with both",
      configuration: ruled([
        LayerPlan(attention: AttentionRule(scale: LearnedScale()), hasMLP: false),
        LayerPlan(attention: nil), LayerPlan(),
      ]), lengths: [140, 30]),
    ModelCase(
      testDescription: "a top layer without attention",
      configuration: ruled([LayerPlan(), LayerPlan(attention: nil)]), lengths: [35]),
  ]

  /// The common shape with other layers.
  static func ruled(_ plans: [LayerPlan]) -> ModelConfiguration {
    var c = common
    c.layers = plans.count
    c.plans = plans
    return c
  }

  static let common = ModelConfiguration(
    vocabularySize: 37, width: 14, layers: 2, queryHeads: 4, keyValueHeads: 2, headWidth: 6,
    mlpWidth: 19)

  /// Whether files have names for its rules.
  var isWritten: Bool {
    configuration.plans.allSatisfy { !($0.attention?.visibility is BlockVisibility) }
  }

  var rows: Int { lengths.reduce(0, +) }

  var sequences: [Range<Int>] {
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return start..<start + length
    }
  }

  /// Weights large enough for attention to prefer some keys, and gains that are not all one.
  func makeParameters() -> Parameters {
    let parameters = Parameters(configuration)
    for entry in parameters.layout.entries {
      var stream = RandomStream(seed: 21, label: entry.name)
      let isGain = entry.shape.count == 1
      let scale =
        switch entry.name {
        case let name where name.hasSuffix("embed_tokens.weight"): 0.7
        case _ where isGain: 0.25
        default: 1.4 / Double(entry.shape[1]).squareRoot()
        }
      let numbers = stream.normals(entry.count, scale: scale)
      parameters.view(entry.name).copy(from: isGain ? numbers.map { 1 + $0 } : numbers)
    }
    return parameters
  }

  /// Tokens, positions, targets and weights, some of them without a target or a weight.
  func makeBatch() -> SequenceBatch {
    var stream = RandomStream(seed: 22, label: testDescription)
    let vocabulary = configuration.vocabularySize
    let positions = lengths.flatMap { length -> [Int32] in
      var position: Int32 = isStretched ? 3 : 0
      return (0..<length).map { _ in
        defer { position += isStretched ? Int32(1 + stream.below(90)) : 1 }
        return position
      }
    }
    return SequenceBatch(
      tokens: (0..<rows).map { _ in Int32(stream.below(vocabulary)) }, positions: positions,
      sequences: sequences,
      targets: (0..<rows).map { $0 % 7 == 3 ? -1 : Int32(stream.below(vocabulary)) },
      weights: (0..<rows).map { $0 % 5 == 2 ? 0 : Float(stream.unit()) / Float(rows) })
  }

  /// The case's first sequence alone, as one context to be read through a cache.
  func firstSequence() -> (tokens: [Int32], positions: [Int32]) {
    let batch = makeBatch()
    return (
      Array(batch.tokens[sequences[0]]), Array(batch.positions[sequences[0]])
    )
  }
}

/// Rows see the keys of their own block of so many: a rule that no catalog has.
struct BlockVisibility: KeyVisibility {
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
