import Randomness
import TensorKernels
import Training
import TransformerModel

/// Trains private copies of a model's weights by gradients that others compute.
public final class WeightTrainer {
  /// The weights in training.
  public let weights: AdaptedWeights
  /// The gradient of the last step with respect to `weights.flat`, and laid out so.
  public let gradient: FloatStorage

  private let settings: TrainingSettings
  private let gradientTensors: ModelTensors
  /// Nil for plain gradient descent.
  private let adamW: AdamW?
  private let factors: LowRankFactors?

  /// Prepares to train copies of the weights of `model`.
  ///
  /// - Parameter stream: draws the factor B of low-rank queries; nothing else is random.
  public init(
    _ model: Transformer, settings: TrainingSettings, stream: RandomStream, tally: Tally? = nil
  ) {
    self.settings = settings
    weights = AdaptedWeights(model, targets: settings.weights.targets)
    gradient = FloatStorage(count: weights.flat.count)
    gradientTensors = weights.tensors(over: gradient.view)
    factors =
      settings.weights == .lowRankQuery
      ? LowRankFactors(weights, model: model, rank: settings.rank, stream: stream, tally: tally)
      : nil
    adamW =
      settings.optimizer == .adamw ? AdamW(count: (factors?.flat ?? weights.flat).count) : nil
  }

  /// One step.
  ///
  /// - Parameter addGradient: adds the gradient of a loss under the first tensors, for the given
  ///   targets, to the second, and returns the loss.
  /// - Returns: the loss, and the norm of the gradient before clipping. Where one of them is not
  ///   finite, no weight has been changed.
  public func step(
    _ addGradient: (ModelTensors, GradientTargets, ModelTensors) throws -> Double
  ) rethrows -> (loss: Double, gradientNorm: Double) {
    gradient.view.fill(0)
    let loss = try addGradient(weights.tensors, settings.weights.targets, gradientTensors)
    let slope = factors?.gradient(of: gradient.view) ?? gradient.view
    let norm = AdamWKernel.sumOfSquares(slope).squareRoot()
    guard loss.isFinite && norm.isFinite else { return (loss, norm) }
    let scale = AdamW.clipFactor(norm: norm, limit: settings.clip)
    let parameters = factors?.flat ?? weights.flat
    if let adamW {
      adamW.update(
        parameters, gradient: slope, settings: settings.adamW, gradientScale: scale,
        undecayed: factors == nil ? weights.gainRanges : [])
    } else {
      GradientDescentKernel.update(
        parameters, gradient: slope, rate: Float(settings.adamW.learningRate) * scale)
    }
    factors?.apply()
    return (loss, norm)
  }

  /// Where the last step first left the finite numbers: in the forward pass where its loss did, else in
  /// the gradient of the last layer, which is formed first; nil where neither shows it.
  ///
  /// - Parameters:
  ///   - loss: that of the step.
  ///   - pass: what computed its gradient, over `rows` rows.
  ///   - end: what a finite residual stream leads to; nil for the head.
  func overflow(
    _ loss: Double, in pass: GradientPass, rows: Int, atEnd end: String? = nil
  ) -> String? {
    if !loss.isFinite {
      let place = pass.overflow(rows: rows)
      return place == .head ? end ?? place.description : place.description
    }
    return weights.lastLayer { range in
      !gradient.view.slice(range.lowerBound, range.count).array.allSatisfy(\.isFinite)
    }.map { "the gradient of layer \($0)" }
  }
}
