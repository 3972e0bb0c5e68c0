import Foundation

/// A round step: 1, 2, 2.5 or 5 times a power of ten.
private struct RoundStep {
  static let mantissas = [1.0, 2.0, 2.5, 5.0]

  var mantissa: Int
  var exponent: Int

  /// The smallest round step that is not below `least`.
  init(atLeast least: Double) {
    exponent = Int(log10(least).rounded(.down)) - 1
    mantissa = 0
    while size < least * (1 - 1e-9) { advance() }
  }

  mutating func advance() {
    mantissa += 1
    if mantissa == RoundStep.mantissas.count {
      mantissa = 0
      exponent += 1
    }
  }

  var size: Double { multiple(1) }

  /// `count` steps; divides for negative exponents, because 3 / 10 is nearer to 0.3 than 3 × 0.1.
  func multiple(_ count: Double) -> Double {
    let digits = count * RoundStep.mantissas[mantissa]
    return exponent >= 0 ? digits * pow(10, Double(exponent)) : digits / pow(10, -Double(exponent))
  }

  /// Decimal places that every multiple can be written with, over a power of ten.
  func places(over power: Int) -> Int {
    power - exponent + (RoundStep.mantissas[mantissa] == 2.5 ? 1 : 0)
  }

  /// Into how many parts minor ticks cut the step.
  var parts: Int {
    switch RoundStep.mantissas[mantissa] {
    case 1, 2: 2
    default: 5
    }
  }
}

extension TickMaker {
  /// Ticks at multiples of a round step.
  func linear() -> [Tick] {
    let span = scale.domain.upperBound - scale.domain.lowerBound
    var step = RoundStep(atLeast: span * min(1, spacing / length))
    var major = labelled(step)
    while !fits(major) && step.size < span {
      step.advance()
      major = labelled(step)
    }
    if !fits(major) { major = firstFitting([major]) }
    return major + minor(between: step, major: major)
  }

  private func labelled(_ step: RoundStep) -> [Tick] {
    let values = multiples(of: step, parts: 1)
    let largest = values.map(abs).max() ?? 0
    let isLong = largest >= 1e7 || (largest > 0 && largest < 1e-3)
    let exponent = isLong ? Int(log10(largest * (1 + 1e-9)).rounded(.down)) : 0
    let places = max(0, isLong ? step.places(over: exponent) : step.places(over: 0))
    return values.map { value in
      let label =
        isLong
        ? Numerals.scientific(value, exponent: exponent, places: places...places)
        : Numerals.decimal(value, places: places)
      return Tick(value, label: label)
    }
  }

  private func minor(between step: RoundStep, major: [Tick]) -> [Tick] {
    let labelled = Set(major.map(\.value))
    let span = scale.domain.upperBound - scale.domain.lowerBound
    let parts = step.parts
    guard step.size / Double(parts) / span * length >= 4.5 else { return [] }
    let near = step.size / Double(parts) / 2
    return multiples(of: step, parts: parts)
      .filter { value in !labelled.contains { abs($0 - value) < near } }
      .map { Tick($0) }
  }

  /// The multiples of a step, or of a whole fraction of it, inside the domain.
  private func multiples(of step: RoundStep, parts: Int) -> [Double] {
    let size = step.size / Double(parts)
    let first = (scale.domain.lowerBound / size - 1e-9).rounded(.up)
    let last = (scale.domain.upperBound / size + 1e-9).rounded(.down)
    guard first <= last else { return [] }
    return (0...Int(last - first)).map { step.multiple((first + Double($0)) / Double(parts)) }
  }
}
