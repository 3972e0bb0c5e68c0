import Randomness
import TensorKernels
import Training
import TransformerModel

/// Trains private copies of a model's weights by gradients that others compute.
public final class WeightTrainer {
  /// How a step is made of a gradient.
  public struct Settings: Equatable, Sendable {
    /// What trains.
    public var weights: TrainedWeights
    /// How a gradient becomes a change.
    public var optimizer: WeightOptimizer
    /// The greatest norm of the gradient over all trained weights together; nil for no clipping.
    public var clip: Double?

    public init(
      weights: TrainedWeights = .query, optimizer: WeightOptimizer, clip: Double? = 1
    ) {
      self.weights = weights
      self.optimizer = optimizer
      self.clip = clip
    }
  }

  /// The weights in training.
  public let weights: AdaptedWeights
  /// The gradient of the last step with respect to `weights.flat`, and laid out so.
  public let gradient: FloatStorage

  private let settings: Settings
  private let gradientTensors: ModelTensors
  private let state: OptimizerState
  private let factors: LowRankFactors?

  /// Prepares to train copies of the weights of `model`.
  ///
  /// - Parameter stream: draws the factor B of low-rank queries; nothing else is random.
  public init(
    _ model: Transformer, settings: Settings, stream: RandomStream, tally: Tally? = nil
  ) {
    self.settings = settings
    weights = AdaptedWeights(model, targets: settings.weights.targets)
    gradient = FloatStorage(count: weights.flat.count)
    gradientTensors = weights.tensors(over: gradient.view)
    if case .lowRankQuery(let rank) = settings.weights {
      let factors = LowRankFactors(weights, model: model, rank: rank, stream: stream, tally: tally)
      self.factors = factors
      state = OptimizerState(settings.optimizer, count: factors.flat.count)
    } else {
      factors = nil
      state = OptimizerState(settings.optimizer, count: weights.flat.count)
    }
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
    state.update(
      factors?.flat ?? weights.flat, gradient: slope,
      gradientScale: AdamW.clipFactor(norm: norm, limit: settings.clip),
      undecayed: factors == nil ? weights.gainRanges : [])
    factors?.apply()
    return (loss, norm)
  }

  /// Where the last step first left the finite numbers: on the way forward where its loss did, else in
  /// the gradient of the last layer, which is formed first; nil where neither tells.
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
