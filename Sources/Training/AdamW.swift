import Foundation
import TensorKernels

/// The settings of AdamW (Loshchilov and Hutter, 2019), with PyTorch's defaults.
public struct AdamWSettings: Equatable, Sendable {
  public var learningRate: Double
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  public var weightDecay: Double

  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 0.01
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }
}

/// AdamW over one flat run of parameters.
public final class AdamW {
  /// The number of updates so far.
  public private(set) var step = 0
  /// First and second moments, `[n]` each.
  public let first: FloatStorage
  public let second: FloatStorage

  /// Zero moments for `count` parameters.
  public init(count: Int) {
    first = FloatStorage(count: count)
    second = FloatStorage(count: count)
  }

  /// Continues from saved moments after `step` updates.
  public func resume(step: Int) { self.step = step }

  /// One update.
  ///
  /// - Parameters:
  ///   - gradientScale: a factor on the gradient, from clipping.
  ///   - undecayed: ranges that weight decay passes over, such as the gains of norms; ascending.
  public func update(
    _ parameters: FloatView, gradient: FloatView, settings: AdamWSettings, gradientScale: Float = 1,
    undecayed: [Range<Int>] = []
  ) {
    step += 1
    let corrections = (
      first: Float(1 - pow(settings.beta1, Double(step))),
      second: Float(1 - pow(settings.beta2, Double(step)))
    )
    func apply(_ range: Range<Int>, decay: Double) {
      if range.isEmpty { return }
      func part(_ view: FloatView) -> FloatView { view.slice(range.lowerBound, range.count) }
      AdamWKernel.update(
        part(parameters), gradient: part(gradient), first: part(first.view),
        second: part(second.view), gradientScale: gradientScale,
        learningRate: Float(settings.learningRate), beta1: Float(settings.beta1),
        beta2: Float(settings.beta2), epsilon: Float(settings.epsilon),
        weightDecay: Float(decay), corrections: corrections)
    }
    var start = 0
    for range in undecayed {
      apply(start..<range.lowerBound, decay: settings.weightDecay)
      apply(range, decay: 0)
      start = range.upperBound
    }
    apply(start..<parameters.count, decay: settings.weightDecay)
  }

  /// The factor that brings a gradient of norm `norm` to at most `limit`, as PyTorch's
  /// `clip_grad_norm_` computes it.
  public static func clipFactor(norm: Double, limit: Double?) -> Float {
    guard let limit else { return 1 }
    return Float(min(1, limit / (norm + 1e-6)))
  }
}
