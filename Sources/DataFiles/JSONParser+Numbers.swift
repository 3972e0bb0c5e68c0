/// Numbers of JSON5.
extension JSONParser {
  func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

  func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The elements of an array of plain whole numbers, after its `[`.
  ///
  /// Token streams are most of what is read, so they get one `Int` an element instead of a node.
  /// Anything else (a fraction, a comment, a nested value, a number above 18 digits, an empty array)
  /// gives nil and leaves `position` alone; no array is tried twice.
  mutating func packedIntegers() -> [Int]? {
    var integers: [Int] = []
    let end: Int? = bytes.withUnsafeBufferPointer { bytes in
      var at = position
      func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || 0x09...0x0D ~= bytes[at] { at += 1 }
      }
      while true {
        skipSpace()
        guard at < bytes.count else { return nil }
        if bytes[at] == UInt8(ascii: "]"), !integers.isEmpty { return at + 1 }
        let isNegative = bytes[at] == UInt8(ascii: "-")
        if isNegative { at += 1 }
        let firstDigit = at
        var magnitude = 0
        while at < bytes.count, isDigit(bytes[at]), at - firstDigit < 19 {
          magnitude = magnitude &* 10 &+ Int(bytes[at] &- UInt8(ascii: "0"))
          at += 1
        }
        let digits = at - firstDigit
        guard 1...18 ~= digits, at < bytes.count else { return nil }
        if bytes[firstDigit] == UInt8(ascii: "0"), digits > 1 || isNegative { return nil }
        integers.append(isNegative ? -magnitude : magnitude)
        skipSpace()
        guard at < bytes.count else { return nil }
        switch bytes[at] {
        case UInt8(ascii: ","): at += 1
        case UInt8(ascii: "]"): return at + 1
        default: return nil
        }
      }
    }
    guard let end else { return nil }
    position = end
    return integers
  }

  /// A number: decimal, hexadecimal, `Infinity` or `NaN`, with an optional sign.
  mutating func number() throws(JSONError) -> JSONValue.Content {
    let start = position
    let isNegative = skip("-")
    if !isNegative { _ = skip("+") }
    if skip(word: "Infinity") { return .double(isNegative ? -.infinity : .infinity) }
    if skip(word: "NaN") { return .double(.nan) }
    guard position < bytes.count, isDigit(bytes[position]) || bytes[position] == UInt8(ascii: ".")
    else { throw malformedNumber(from: start) }
    if bytes[position] == UInt8(ascii: "0"), position + 1 < bytes.count,
      bytes[position + 1] | 0x20 == UInt8(ascii: "x")
    {
      return try hexadecimalNumber(isNegative: isNegative, from: start)
    }
    return try decimalNumber(isNegative: isNegative, from: start)
  }

  private mutating func hexadecimalNumber(
    isNegative: Bool, from start: Int
  ) throws(JSONError) -> JSONValue.Content {
    position += 2
    let firstDigit = position
    var magnitude: UInt64 = 0
    while position < bytes.count, let digit = hexadecimalDigit(bytes[position]) {
      guard magnitude >> 60 == 0 else { throw numberTooLarge(from: start) }
      magnitude = magnitude << 4 | UInt64(digit)
      position += 1
    }
    guard position > firstDigit, position == bytes.count || !isNamePart(at: position) else {
      throw malformedNumber(from: start)
    }
    return whole(magnitude, isNegative: isNegative)
      ?? .double(isNegative ? -Double(magnitude) : Double(magnitude))
  }

  private mutating func decimalNumber(
    isNegative: Bool, from start: Int
  ) throws(JSONError) -> JSONValue.Content {
    var magnitude: UInt64 = 0
    var isExact = true
    /// Reads digits into `magnitude` for as long as it can hold them; how many there are.
    func digits(_ parser: inout JSONParser) -> Int {
      let first = parser.position
      while parser.position < parser.bytes.count, parser.isDigit(parser.bytes[parser.position]) {
        let digit = UInt64(parser.bytes[parser.position] - UInt8(ascii: "0"))
        let (tenfold, overflow) = magnitude.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tenfold.addingReportingOverflow(digit)
        if overflow || carry { isExact = false }
        magnitude = sum
        parser.position += 1
      }
      return parser.position - first
    }

    let firstDigit = position
    let wholeDigits = digits(&self)
    if wholeDigits > 1, bytes[firstDigit] == UInt8(ascii: "0") {
      throw malformedNumber(from: start)
    }
    var isWhole = true
    var fractionDigits = 0
    if skip(".") {
      isWhole = false
      fractionDigits = digits(&self)
    }
    guard wholeDigits + fractionDigits > 0 else { throw malformedNumber(from: start) }
    var exponent = 0
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      position += 1
      let exponentIsNegative = skip("-")
      if !exponentIsNegative { _ = skip("+") }
      let first = position
      while position < bytes.count, isDigit(bytes[position]) {
        exponent = min(exponent * 10 + Int(bytes[position] - UInt8(ascii: "0")), 1 << 20)
        position += 1
      }
      guard position > first else { throw malformedNumber(from: start) }
      if exponentIsNegative { exponent = -exponent }
    }
    guard position == bytes.count || !(isNamePart(at: position) || bytes[position] == 0x2E) else {
      throw malformedNumber(from: start)
    }
    if isWhole, isExact, let integer = whole(magnitude, isNegative: isNegative) { return integer }
    let scale = exponent - fractionDigits
    if isExact, let double = exactProduct(magnitude, scale) {
      return .double(isNegative ? -double : double)
    }
    return .double(try decimal(from: start))
  }

  /// The number as an integer case, where one holds it. Negative zero is none.
  private func whole(_ magnitude: UInt64, isNegative: Bool) -> JSONValue.Content? {
    if isNegative {
      guard magnitude != 0, magnitude <= 1 << 63 else { return nil }
      return .integer(Int(truncatingIfNeeded: 0 &- magnitude))
    }
    return Int(exactly: magnitude).map { .integer($0) } ?? .unsigned(magnitude)
  }

  /// `magnitude · 10^scale` when both factors are exact doubles, so that one rounding gives the
  /// nearest double (Clinger, How to Read Floating Point Numbers Accurately, 1990).
  private func exactProduct(_ magnitude: UInt64, _ scale: Int) -> Double? {
    guard magnitude <= 1 << 53, -22...22 ~= scale else { return nil }
    var power = 1.0
    for _ in 0..<abs(scale) { power *= 10 }
    return scale < 0 ? Double(magnitude) / power : Double(magnitude) * power
  }

  /// The nearest double of the decimal literal that ends at `position`.
  private mutating func decimal(from start: Int) throws(JSONError) -> Double {
    let longest = 1000
    guard position - start <= longest else {
      throw failure(.malformedNumber("a literal of \(position - start) characters"), at: start)
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let double = Double(text) else { throw malformedNumber(from: start) }
    guard double.isFinite else { throw numberTooLarge(from: start) }
    return double
  }

  /// The text of a number that is not one, up to where another value could start.
  private mutating func malformedNumber(from start: Int) -> JSONError {
    var end = start
    while end < bytes.count, end - start < 40,
      isNamePart(at: end) || bytes[end] == 0x2B || bytes[end] == 0x2D || bytes[end] == 0x2E
    {
      end = after(end)
    }
    let text = String(decoding: bytes[start..<max(end, start)], as: UTF8.self)
    return failure(.malformedNumber(quoted(text)), at: start)
  }

  private mutating func numberTooLarge(from start: Int) -> JSONError {
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    return failure(.numberTooLarge(quoted(text, limit: 40)), at: start)
  }
}
