import Foundation

/// The similarity of two shares in percent, as in ZeroSCROLLS' SpaceDigest: it halves with every ten
/// points between them.
public enum ShareSimilarity {
  /// From 0 to 1; 0 where the answer names no percentage. A right answer without one counts as 0 %.
  public static func score(_ answer: String, _ right: String) -> Double {
    guard let share = percentage(answer) else { return 0 }
    return pow(0.5, abs((percentage(right) ?? 0) - share) / 10)
  }

  /// The first number with a percent sign behind it, in digits of any script.
  static func percentage(_ text: String) -> Double? {
    let scalars = Array(text.unicodeScalars)
    func isDigit(_ index: Int) -> Bool {
      index < scalars.count && scalars[index].decimalDigit != nil
    }
    var start = 0
    while start < scalars.count {
      guard isDigit(start) else {
        start += 1
        continue
      }
      var end = start
      while isDigit(end) { end += 1 }
      let whole = end
      if end < scalars.count, scalars[end] == "." {
        end += 1
        while isDigit(end) { end += 1 }
      }
      if end < scalars.count, scalars[end] == "%" {
        var number = scalars[start..<end].map { $0.decimalDigit.map(String.init) ?? "." }.joined()
        if number.hasSuffix(".") { number.removeLast() }
        return Double(number)
      }
      // "1.25%" is one number, but in "1.2.5%" the last two belong together.
      start = whole
    }
    return nil
  }
}

/// How far an order of numbered things is the right one, as in ZeroSCROLLS' BookSumSort: the share of
/// pairs that stand the right way round.
public enum OrderConcordance {
  /// From 0 to 1; 0 where the answer is no permutation of the right numbers.
  public static func score(_ answer: String, _ right: String) -> Double {
    guard let order = numbers(answer), let rightOrder = numbers(right),
      order.sorted() == Array(1...max(1, order.count)), order.sorted() == rightOrder.sorted(),
      order.count > 1
    else { return 0 }
    let places = places(order)
    let rightPlaces = places.isEmpty ? [] : Self.places(rightOrder)
    var concordant = 0
    for a in places.indices {
      for b in places.indices where b > a {
        if (places[a] < places[b]) == (rightPlaces[a] < rightPlaces[b]) { concordant += 1 }
      }
    }
    return Double(concordant) / Double(places.count * (places.count - 1) / 2)
  }

  /// The numbers of a list, whatever letters and signs stand between them; nil where one is too large.
  static func numbers(_ text: String) -> [Int]? {
    var kept = ""
    for scalar in text.unicodeScalars {
      if 0x30...0x39 ~= scalar.value {
        kept.unicodeScalars.append(scalar)
      } else if scalar == "," || scalar.isPythonSpace {
        kept.append(" ")
      }
    }
    var numbers: [Int] = []
    for word in kept.split(separator: " ") {
      guard let number = Int(word) else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// Where each number stands.
  private static func places(_ order: [Int]) -> [Int] {
    var places = [Int](repeating: 0, count: order.count)
    for (place, number) in order.enumerated() { places[number - 1] = place }
    return places
  }
}
