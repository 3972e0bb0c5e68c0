import Foundation

extension TickMaker {
  /// Ticks at doublings; see `automatic(data:)`.
  func doublings(data: [Double]) -> [Tick] {
    let distinct = Array(Set(data.filter { $0 > 0 })).sorted()
    let anchor = ladderStart(distinct)
    if anchor == nil && distinct.count > 1 && distinct.count <= 16 {
      // A ladder with rungs between its own is read by its doublings.
      let isRung = { (value: Double) in isLadder([distinct[0], value]) }
      return at(distinct, preferring: isRung, label: Numerals.shortest)
    }
    let start = anchor ?? 1
    let lowest = (log2(scale.domain.lowerBound / start) - 1e-9).rounded(.up)
    let highest = (log2(scale.domain.upperBound / start) + 1e-9).rounded(.down)
    // A single length is labelled itself, not round numbers around it.
    guard highest > lowest else {
      return distinct.isEmpty ? linear() : at(distinct, label: Numerals.shortest)
    }

    let powers = (Int(lowest)...Int(highest)).map { start * exp2(Double($0)) }
    let candidates = (1...powers.count).lazy.map { stride in
      powers.enumerated().map { index, value in
        let isLabelled = (index + Int(lowest)).isMultiple(of: stride)
        return (value: value, isLabelled: isLabelled)
      }
    }.map { places -> [Tick] in
      let label = lengthLabel(for: places.filter(\.isLabelled).map(\.value))
      return places.map { Tick($0.value, label: $0.isLabelled ? label($0.value) : nil) }
    }
    return firstFitting(candidates)
  }

  /// The value from which the others follow by doubling, when they do; 1 for powers of two.
  private func ladderStart(_ values: [Double]) -> Double? {
    guard let first = values.first else { return 1 }
    guard isLadder(values) else { return nil }
    let exponent = log2(first)
    return exponent == exponent.rounded() ? 1 : first
  }

  /// Whether all values are doublings of the first.
  private func isLadder(_ values: [Double]) -> Bool {
    values.allSatisfy { value in
      let doublings = log2(value / values[0])
      return abs(doublings - doublings.rounded()) < 1e-9
    }
  }

  /// One wording for all labels of an axis: 1K, 2K where every long one is a multiple of 1024, else
  /// plain digits.
  private func lengthLabel(for values: [Double]) -> (Double) -> String {
    let long = values.filter { $0 >= 1024 }
    let isBinary = long.allSatisfy { ($0 / 1024) == ($0 / 1024).rounded() }
    if isBinary && !long.isEmpty && values.allSatisfy({ $0 >= 1 }) { return Numerals.binary }
    return Numerals.shortest
  }

  /// Ticks at powers of ten, with 2 and 5 between them where the domain is short.
  func decades() -> [Tick] {
    let low = log10(scale.domain.lowerBound)
    let high = log10(scale.domain.upperBound)
    let first = Int((low - 1e-9).rounded(.up))
    let last = Int((high + 1e-9).rounded(.down))
    let whole = first <= last ? Array(first...last) : []
    let perDecade = length / (high - low)
    // Powers take so much room that they are written between decades only where they must be.
    let isShort = isPlain(Int(low.rounded(.down))...Int(high.rounded(.up))) && high - low < 2.2
    if whole.count < 2 || isShort {
      for digits in [[1.0, 2, 5], [1.0, 3], [1.0, 2, 3, 4, 5, 6, 7, 8, 9]] {
        let ticks = labelledDecades(Int(low.rounded(.down))...Int(high.rounded(.up)), digits)
        if ticks.count >= 2 && fits(ticks) { return ticks + minorDecades(ticks, perDecade) }
      }
      if whole.count < 2 { return linear() }
    }
    let candidates = (1...whole.count).lazy.map { stride in
      whole.map { exponent in
        let value = pow(10, Double(exponent))
        let isLabelled = exponent.isMultiple(of: stride)
        return Tick(value, label: isLabelled ? decadeLabel(value, whole) : nil)
      }
    }
    let major = firstFitting(candidates)
    return major + minorDecades(major, perDecade)
  }

  private func labelledDecades(_ exponents: ClosedRange<Int>, _ digits: [Double]) -> [Tick] {
    exponents.flatMap { exponent in
      digits.map {
        exponent >= 0 ? $0 * pow(10, Double(exponent)) : $0 / pow(10, -Double(exponent))
      }
    }
    .filter(isInside)
    .map { Tick($0, label: decadeLabel($0, Array(exponents))) }
  }

  /// Plain numbers while they are short, else powers; never both on one axis.
  private func decadeLabel(_ value: Double, _ exponents: [Int]) -> String {
    if let first = exponents.first, let last = exponents.last, isPlain(first...last) {
      return Numerals.shortest(value)
    }
    return Numerals.scientific(
      value, exponent: Int((log10(value) + 1e-9).rounded(.down)), places: 0...1)
  }

  private func isPlain(_ exponents: ClosedRange<Int>) -> Bool {
    exponents.lowerBound >= -3 && exponents.upperBound <= 4
  }

  /// Ticks at 2 … 9 times each power, where they are far enough apart to be seen.
  private func minorDecades(_ major: [Tick], _ perDecade: Double) -> [Tick] {
    guard perDecade >= 24 else { return [] }
    let taken = Set(major.map(\.value))
    let low = Int(log10(scale.domain.lowerBound).rounded(.down))
    let high = Int(log10(scale.domain.upperBound).rounded(.up))
    return (low...high).flatMap { exponent in
      (1...9).map { digit in
        let digit = Double(digit)
        return exponent >= 0
          ? digit * pow(10, Double(exponent)) : digit / pow(10, -Double(exponent))
      }
    }
    .filter { isInside($0) && !taken.contains($0) }
    .map { Tick($0) }
  }
}
