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
  /// Parameters that one task updates.
  private static let pieceLength = 1 << 16

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
  ///   - workers: share the parameters; their number changes no bit.
  public func update(
    _ parameters: FloatView, gradient: FloatView, settings: AdamWSettings, gradientScale: Float = 1,
    undecayed: [Range<Int>] = [], workers: Workers = .one
  ) {
    step += 1
    let corrections = (
      first: Float(1 - pow(settings.beta1, Double(step))),
      second: Float(1 - pow(settings.beta2, Double(step)))
    )
    var pieces: [(range: Range<Int>, decay: Double)] = []
    func apply(_ range: Range<Int>, decay: Double) {
      for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.pieceLength) {
        pieces.append((start..<min(start + Self.pieceLength, range.upperBound), decay))
      }
    }
    var start = 0
    for range in undecayed {
      apply(start..<range.lowerBound, decay: settings.weightDecay)
      apply(range, decay: 0)
      start = range.upperBound
    }
    apply(start..<parameters.count, decay: settings.weightDecay)
    let (moments, squares, all) = (first.view, second.view, pieces)
    workers.run(all.count) { task, _ in
      let (range, decay) = all[task]
      func part(_ view: FloatView) -> FloatView { view.slice(range.lowerBound, range.count) }
      AdamWKernel.update(
        part(parameters), gradient: part(gradient), first: part(moments),
        second: part(squares), gradientScale: gradientScale,
        learningRate: Float(settings.learningRate), beta1: Float(settings.beta1),
        beta2: Float(settings.beta2), epsilon: Float(settings.epsilon),
        weightDecay: Float(decay), corrections: corrections)
    }
  }

  /// The factor that brings a gradient of norm `norm` to at most `limit`, as PyTorch's
  /// `clip_grad_norm_` computes it.
  public static func clipFactor(norm: Double, limit: Double?) -> Float {
    guard let limit else { return 1 }
    return Float(min(1, limit / (norm + 1e-6)))
  }
}
