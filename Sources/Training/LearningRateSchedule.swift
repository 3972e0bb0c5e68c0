/// Linear warm-up, a plateau, then linear decay to a floor.
public struct LearningRateSchedule: Equatable, Sendable {
  /// The rate of the plateau.
  public var peak: Double
  /// The number of warm-up steps.
  public var warmup: Int
  /// The share of all steps after which the rate decays, in 0 … 1.
  public var decayFrom: Double
  /// The rate at the last step, as a share of the peak.
  public var floor: Double

  public init(peak: Double, warmup: Int, decayFrom: Double, floor: Double = 0.02) {
    self.peak = peak
    self.warmup = warmup
    self.decayFrom = decayFrom
    self.floor = floor
  }

  /// The rate of step `step` (from 0) of `total`.
  public func rate(step: Int, of total: Int) -> Double {
    if step < warmup { return peak * Double(step + 1) / Double(warmup) }
    let start = decayFrom * Double(total)
    if Double(step) <= start { return peak }
    let progress = min(1, (Double(step) - start) / max(1, Double(total) - start))
    return peak * (1 - progress * (1 - floor))
  }
}
