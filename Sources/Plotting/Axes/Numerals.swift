import Foundation

/// Numbers as a paper prints them: a real minus sign, commas in long numbers, powers of ten.
enum Numerals {
  /// A number with a fixed count of decimal places, for example −12,500 or 0.25.
  static func decimal(_ value: Double, places: Int) -> String {
    let digits = String(format: "%.*f", places, abs(value))
    let isZero = !digits.contains { $0 != "0" && $0 != "." }
    let parts = digits.split(separator: ".", maxSplits: 1)
    var text = grouped(String(parts[0]))
    if parts.count > 1 { text += "." + parts[1] }
    return value < 0 && !isZero ? "−" + text : text
  }

  /// A number in its shortest exact form, with a power of ten where zeros would pile up.
  static func shortest(_ value: Double) -> String {
    if value == 0 { return "0" }
    let exponent = Foundation.log10(abs(value)).rounded(.down)
    guard exponent >= -4 && exponent < 7 else {
      return scientific(value, exponent: Int(exponent), places: 0...3)
    }
    for places in 0...8 {
      let scaled = value * pow(10, Double(places))
      if abs(scaled - scaled.rounded()) <= abs(scaled) * 1e-9 {
        return decimal(value, places: places)
      }
    }
    return decimal(value, places: 8)
  }

  /// A number as `2.5×10³` in markup; as few decimal places as it needs within the range given.
  static func scientific(_ value: Double, exponent: Int, places: ClosedRange<Int>) -> String {
    if value == 0 { return "0" }
    let mantissa = value / pow(10, Double(exponent))
    var count = places.lowerBound
    while count < places.upperBound {
      let scaled = mantissa * pow(10, Double(count))
      if abs(scaled - scaled.rounded()) <= abs(scaled) * 1e-9 { break }
      count += 1
    }
    let power = "$10^{\(exponent)}$"
    let digits = decimal(mantissa, places: count)
    return digits == "1" ? power : digits + "×" + power
  }

  /// A length in tokens as is usual: 512, 16K (= 16 × 1024), 1M (= 1024 × 1024).
  static func binary(_ value: Double) -> String {
    if value >= 1_048_576 { return shortest(value / 1_048_576) + "M" }
    if value >= 1024 { return shortest(value / 1024) + "K" }
    return shortest(value)
  }

  /// Commas between groups of three digits, from five digits on.
  private static func grouped(_ digits: String) -> String {
    guard digits.count > 4 else { return digits }
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index).isMultiple(of: 3) { result.append(",") }
      result.append(digit)
    }
    return result
  }
}
