import TensorKernels

/// The shape of a decoder-only transformer of the Qwen3 family.
///
/// Letters used in shape comments: `V` vocabulary, `d` width, `L` layers, `H` query heads, `G`
/// key-value heads, `w` head width, `F` MLP width, `T` tokens.
public struct ModelConfiguration: Equatable, Sendable {
  /// V: the number of tokens.
  public var vocabularySize: Int
  /// d: the width of the residual stream.
  public var width: Int
  /// L: the number of layers.
  public var layers: Int
  /// H: query heads a layer.
  public var queryHeads: Int
  /// G: key-value heads a layer; divides H.
  public var keyValueHeads: Int
  /// w: the width of a head, even; H·w need not equal d.
  public var headWidth: Int
  /// F: the width of the gated MLP.
  public var mlpWidth: Int
  /// θ: the base of the rotary frequencies.
  public var rotaryTheta: Double
  /// How the frequencies are changed for more positions; nil leaves them alone.
  public var rotaryScaling: RotaryScaling?
  /// ε of every RMS normalisation.
  public var normEpsilon: Double
  /// Whether queries and keys are normalised head by head (Qwen3).
  public var hasQueryKeyNorm: Bool
  /// Whether the output head is the embedding table.
  public var hasTiedHead: Bool
  /// The greatest number of positions that the checkpoint claims to know.
  public var maximumPositions: Int
  /// What each layer is made of; empty where all are as in published models.
  public var plans: [LayerPlan]

  /// A configuration; `defect` says what is impossible about it.
  public init(
    vocabularySize: Int, width: Int, layers: Int, queryHeads: Int, keyValueHeads: Int,
    headWidth: Int, mlpWidth: Int, rotaryTheta: Double = 1e6,
    rotaryScaling: RotaryScaling? = nil, normEpsilon: Double = 1e-6,
    hasQueryKeyNorm: Bool = true, hasTiedHead: Bool = false, maximumPositions: Int = 32768,
    plans: [LayerPlan] = []
  ) {
    self.vocabularySize = vocabularySize
    self.width = width
    self.layers = layers
    self.queryHeads = queryHeads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.mlpWidth = mlpWidth
    self.rotaryTheta = rotaryTheta
    self.rotaryScaling = rotaryScaling
    self.normEpsilon = normEpsilon
    self.hasQueryKeyNorm = hasQueryKeyNorm
    self.hasTiedHead = hasTiedHead
    self.maximumPositions = maximumPositions
    self.plans = plans == [LayerPlan](repeating: LayerPlan(), count: layers) ? [] : plans
  }

  /// H·w: the width of all queries together.
  public var queryWidth: Int { queryHeads * headWidth }
  /// G·w: the width of all keys, and of all values, together.
  public var keyValueWidth: Int { keyValueHeads * headWidth }

  /// Inverse rotary frequencies, `[w / 2]`, scaled where a scaling is given.
  public var rotaryFrequencies: [Float] {
    rotaryScaling?.frequencies(headWidth: headWidth, theta: rotaryTheta)
      ?? RotaryTable.frequencies(headWidth: headWidth, theta: rotaryTheta)
  }

  /// The factor on cosines and sines: 1 but for YaRN.
  public var rotaryAmplitude: Float { rotaryScaling?.amplitude ?? 1 }

  /// What is impossible about the configuration, in one sentence, or nil.
  public var defect: String? {
    let sizes = [
      ("vocabulary size", vocabularySize), ("width", width), ("number of layers", layers),
      ("number of query heads", queryHeads), ("number of key-value heads", keyValueHeads),
      ("head width", headWidth), ("MLP width", mlpWidth), ("number of positions", maximumPositions),
    ]
    for (name, size) in sizes where size < 1 || size > 1 << 31 {
      return "the \(name) must be between 1 and 2^31, not \(size)"
    }
    if layers > 10_000 { return "the number of layers must be at most 10000, not \(layers)" }
    if queryHeads > 1 << 20 || headWidth > 1 << 20 {
      return "\(queryHeads) query heads of width \(headWidth) are impossible"
    }
    if queryHeads % keyValueHeads != 0 {
      return
        "\(queryHeads) query heads cannot share \(keyValueHeads) key-value heads evenly"
    }
    if headWidth % 2 != 0 { return "the head width must be even, not \(headWidth)" }
    if !(rotaryTheta > 0 && rotaryTheta.isFinite) {
      return "the rotary base θ must be positive, not \(rotaryTheta)"
    }
    if let defect = rotaryScaling?.defect ?? planDefect { return defect }
    if !(normEpsilon >= 0 && normEpsilon < 1) {
      return "the normalisation ε must be in 0 ..< 1, not \(normEpsilon)"
    }
    if parameterEstimate > Self.greatestParameterCount {
      return "a model of \(parameterEstimate) parameters is beyond any memory"
    }
    return nil
  }

  /// 2⁴⁰: 4 TiB of float32.
  private static let greatestParameterCount = Double(1 << 40)

  /// The number of parameters, in floating point because sizes that are possible one by one may
  /// have a product that overflows.
  private var parameterEstimate: Double {
    let d = Double(width)
    let attention = 2 * Double(headWidth) * (Double(queryHeads) + Double(keyValueHeads)) * d
    let mlp = 3 * Double(mlpWidth) * d
    let gains = 2 * d + (hasQueryKeyNorm ? 2 * Double(headWidth) : 0)
    let tables = (hasTiedHead ? 1 : 2) * Double(vocabularySize) * d
    return tables + d + Double(layers) * (attention + mlp + gains)
  }
}
