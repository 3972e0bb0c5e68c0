/// Linear warm-up, a plateau, then linear decay to a floor, which the last step has.
///
/// The rate never decays before the warm-up ends, and not at all with `decayFrom` 1.
public struct LearningRateSchedule: Equatable, Sendable {
  /// The rate of the plateau.
  public var peak: Double
  /// The number of warm-up steps; the last of them has the peak's rate.
  public var warmup: Int
  /// The share of all steps after which the rate decays, in 0 … 1; 1 keeps it at the peak.
  public var decayFrom: Double
  /// The rate at the last step, as a share of the peak.
  public var floor: Double

  public init(peak: Double, warmup: Int, decayFrom: Double, floor: Double = 0.02) {
    self.peak = peak
    self.warmup = warmup
    self.decayFrom = decayFrom
    self.floor = floor
  }

  /// The warm-up of a run whose recipe names none: a tenth of its steps, at most 100.
  public static func defaultWarmup(of total: Int) -> Int { min(100, total / 10) }

  /// The rate of step `step` (from 0) of `total`.
  public func rate(step: Int, of total: Int) -> Double {
    let last = total - 1
    if decayFrom < 1, step >= last { return peak * floor }
    if step < warmup { return peak * Double(step + 1) / Double(warmup) }
    let start = decayStart(of: total)
    if decayFrom >= 1 || Double(step) <= start { return peak }
    let progress = (Double(step) - start) / (Double(last) - start)
    return peak * (1 - progress * (1 - floor))
  }

  /// What a reader of a recipe would not expect of its schedule, as a sentence: that the warm-up puts
  /// the decay off. It counts steps from 1, as `curve.csv` does. Nil if nothing.
  public func remark(of total: Int) -> String? {
    guard decayFrom < 1, Double(warmup - 1) > decayFrom * Double(total) else { return nil }
    return "The warm-up takes \(warmup) of \(total) steps, which is more than the share before "
      + "decay (\(decayFrom)): the rate decays from step \(warmup + 1) on."
  }

  /// The last step of the plateau, counted from 0.
  private func decayStart(of total: Int) -> Double {
    max(decayFrom * Double(total), Double(warmup - 1))
  }
}
