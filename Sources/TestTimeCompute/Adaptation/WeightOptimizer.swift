import TensorKernels
import Training

/// How a gradient becomes a change of weights.
public enum WeightOptimizer: Equatable, Sendable {
  /// AdamW; the paper's weight decay is 0.01, which is the settings' default.
  case adamW(AdamWSettings)
  /// Plain gradient descent.
  case gradientDescent(learningRate: Double)
}

/// An optimizer at work on one run of parameters.
final class OptimizerState {
  private let kind: WeightOptimizer
  private let adamW: AdamW?

  init(_ kind: WeightOptimizer, count: Int) {
    self.kind = kind
    if case .adamW = kind { adamW = AdamW(count: count) } else { adamW = nil }
  }

  func update(
    _ parameters: FloatView, gradient: FloatView, gradientScale: Float, undecayed: [Range<Int>]
  ) {
    switch kind {
    case .adamW(let settings):
      adamW?.update(
        parameters, gradient: gradient, settings: settings, gradientScale: gradientScale,
        undecayed: undecayed)
    case .gradientDescent(let learningRate):
      GradientDescentKernel.update(
        parameters, gradient: gradient, rate: Float(learningRate) * gradientScale)
    }
  }
}
