import DataFiles

/// A whole number with an optional suffix of a power of 1024; nil when malformed or out of range.
func scaledInteger(_ text: String) -> Int? {
  let scale: Int
  switch text.last {
  case "K", "k": scale = 1 << 10
  case "M", "m": scale = 1 << 20
  default: return Int(text)
  }
  guard let count = Int(text.dropLast()) else { return nil }
  let (product, overflow) = count.multipliedReportingOverflow(by: scale)
  return overflow ? nil : product
}

@Sendable func readNonempty(_ text: String) throws(UnfitText) -> String {
  guard !text.isEmpty else { throw UnfitText(text) }
  return text
}

func trimmed(_ text: Substring) -> String {
  let start = text.drop(while: \.isWhitespace)
  guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
  return String(start[...end])
}

/// A range to follow "a whole number", with the ends that do not bind left out.
func phrase(_ range: ClosedRange<Int>) -> String {
  switch (range.lowerBound, range.upperBound) {
  case (Int.min, Int.max): ""
  case (let lower, Int.max): " of at least \(lower)"
  case (Int.min, let upper): " of at most \(upper)"
  case (let lower, let upper): " from \(lower) to \(upper)"
  }
}

/// An interval to follow "a number".
func phrase(_ bounds: NumberBounds) -> String {
  let lower = bounds.lower.map { "\(bounds.includesLower ? "of at least" : "above") \(digits($0))" }
  let upper = bounds.upper.map { "\(bounds.includesUpper ? "at most" : "below") \(digits($0))" }
  switch (bounds.lower, bounds.upper) {
  case (let least?, let most?) where bounds.includesLower && bounds.includesUpper:
    return " from \(digits(least)) to \(digits(most))"
  case (nil, _?) where bounds.includesUpper:
    return " of " + (upper ?? "")
  default:
    let parts = [lower, upper].compactMap { $0 }
    return parts.isEmpty ? "" : " " + parts.joined(separator: " and ")
  }
}

/// Words as a choice, such as "red, green or blue".
func alternatives(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " or " + last
}

/// A number as it would be typed: whole ones without a fraction.
@Sendable func digits(_ number: Double) -> String {
  number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
}
