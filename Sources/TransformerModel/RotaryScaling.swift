import Foundation
import TensorKernels

/// How rotary frequencies are changed so that a model reads beyond the positions that it was first
/// trained at.
public enum RotaryScaling: Equatable, Sendable {
  /// Every frequency divided by a factor (Chen et al. 2023).
  case linear(factor: Double)
  /// Llama 3.1: long waves divided by a factor, short ones left alone, those between blended.
  case llama3(Llama3Scaling)
  /// YaRN (Peng et al. 2024), as Qwen3 documents it for more than 32768 tokens.
  case yarn(YaRNScaling)

  /// Inverse frequencies, `[headWidth / 2]`, in the float32 arithmetic of the published code.
  func frequencies(headWidth: Int, theta: Double) -> [Float] {
    let plain = RotaryTable.frequencies(headWidth: headWidth, theta: theta)
    return switch self {
    case .linear(let factor): plain.map { $0 / Float(factor) }
    case .llama3(let scaling): plain.map(scaling.scaled)
    case .yarn(let scaling): scaling.scaled(plain, headWidth: headWidth, theta: theta)
    }
  }

  /// The number of positions of the first training; nil where the scaling does not ask for it.
  var originalPositions: Int? {
    switch self {
    case .linear: nil
    case .llama3(let scaling): scaling.originalPositions
    case .yarn(let scaling): scaling.originalPositions
    }
  }

  /// The factor on cosines and sines, so that scores are multiplied by its square.
  var amplitude: Float {
    if case .yarn(let scaling) = self { Float(scaling.attentionFactor) } else { 1 }
  }

  /// What is impossible about the scaling, in one sentence, or nil.
  var defect: String? {
    func badFactor(_ factor: Double) -> String? {
      factor >= 1 && factor.isFinite
        ? nil : "the factor of the rotary scaling must be at least 1, not \(factor)"
    }
    switch self {
    case .linear(let factor): return badFactor(factor)
    case .llama3(let s):
      if s.lowFrequencyFactor > 0 && s.highFrequencyFactor > s.lowFrequencyFactor
        && s.highFrequencyFactor.isFinite
      {
        return badFactor(s.factor)
      }
      return "high_freq_factor must be above low_freq_factor, and both positive, not "
        + "\(s.highFrequencyFactor) and \(s.lowFrequencyFactor)"
    case .yarn(let s):
      if !(s.betaSlow > 0 && s.betaFast >= s.betaSlow && s.betaFast.isFinite) {
        return "beta_fast must be at least beta_slow, and both positive, not \(s.betaFast) and "
          + "\(s.betaSlow)"
      }
      if !(s.attentionFactor > 0 && s.attentionFactor.isFinite) {
        return "the attention factor must be positive, not \(s.attentionFactor)"
      }
      return badFactor(s.factor)
    }
  }
}

/// The rotary scaling of Llama 3.1 and later.
public struct Llama3Scaling: Equatable, Sendable {
  /// What the frequencies of long waves are divided by.
  public var factor: Double
  /// A wave longer than the original length divided by this is a long one.
  public var lowFrequencyFactor: Double
  /// A wave shorter than the original length divided by this is a short one.
  public var highFrequencyFactor: Double
  /// The number of positions of the first training.
  public var originalPositions: Int

  /// A scaling; the waves' bounds are those of the published models unless given.
  public init(
    factor: Double, lowFrequencyFactor: Double = 1, highFrequencyFactor: Double = 4,
    originalPositions: Int
  ) {
    self.factor = factor
    self.lowFrequencyFactor = lowFrequencyFactor
    self.highFrequencyFactor = highFrequencyFactor
    self.originalPositions = originalPositions
  }

  func scaled(_ frequency: Float) -> Float {
    let wave = 2 * Float.pi / frequency
    let original = Float(originalPositions)
    if wave < original / Float(highFrequencyFactor) { return frequency }
    let long = frequency / Float(factor)
    if wave > original / Float(lowFrequencyFactor) { return long }
    let span = Float(highFrequencyFactor - lowFrequencyFactor)
    let share = (original / wave - Float(lowFrequencyFactor)) / span
    return (1 - share) * long + share * frequency
  }
}

/// YaRN: slow rotations are interpolated, fast ones left alone, and attention is sharpened.
public struct YaRNScaling: Equatable, Sendable {
  /// How many times the original number of positions is wanted.
  public var factor: Double
  /// The number of positions of the first training.
  public var originalPositions: Int
  /// Dimensions that rotate more often than this over the original positions are left alone.
  public var betaFast: Double
  /// Dimensions that rotate less often than this are interpolated wholly.
  public var betaSlow: Double
  /// The factor on cosines and sines.
  public var attentionFactor: Double
  /// Whether the bounds between the two are rounded to whole dimensions.
  public var truncates: Bool

  /// A scaling.
  ///
  /// - Parameter attentionFactor: by default `0.1·ln(factor) + 1`.
  public init(
    factor: Double, originalPositions: Int, betaFast: Double = 32, betaSlow: Double = 1,
    attentionFactor: Double? = nil, truncates: Bool = true
  ) {
    self.factor = factor
    self.originalPositions = originalPositions
    self.betaFast = betaFast
    self.betaSlow = betaSlow
    self.attentionFactor = attentionFactor ?? Self.sharpening(factor)
    self.truncates = truncates
  }

  /// `0.1·m·ln(factor) + 1`, the sharpening that YaRN's authors found best with m = 1.
  public static func sharpening(_ factor: Double, _ m: Double = 1) -> Double {
    factor <= 1 ? 1 : 0.1 * m * log(factor) + 1
  }

  func scaled(_ plain: [Float], headWidth: Int, theta: Double) -> [Float] {
    /// The dimension that rotates `turns` times over the original positions.
    func dimension(_ turns: Double) -> Double {
      Double(headWidth) * log(Double(originalPositions) / (turns * 2 * .pi)) / (2 * log(theta))
    }
    var low = dimension(betaFast)
    var high = dimension(betaSlow)
    if truncates { (low, high) = (low.rounded(.down), high.rounded(.up)) }
    low = max(low, 0)
    high = min(high, Double(headWidth - 1))
    if low == high { high += 0.001 }
    return plain.enumerated().map { index, frequency in
      let ramp = (Float(index) - Float(low)) / Float(high - low)
      let kept = 1 - min(max(ramp, 0), 1)
      return frequency / Float(factor) * (1 - kept) + frequency * kept
    }
  }
}
