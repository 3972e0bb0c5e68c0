/// Writes JSON text: keys in the order given, numbers in the shortest form that reads back equal,
/// so that equal values always give equal bytes.
///
/// ```
/// var json = JSONWriter()
/// try json.object { json in
///   json.member("task", "needle")
///   json.member("context", int32s: tokens)
/// }
/// ```
/// Using it against the grammar (a value without a key in an object, two documents) is a
/// programmer's error and traps.
public struct JSONWriter: Sendable {
  /// What a number that JSON cannot hold does to the writer.
  public struct NotFinite: Error, Sendable, Equatable, CustomStringConvertible {
    /// The key under which the number stands, if any.
    public var key: String?
    public var number: Double

    public var description: String {
      let place = key.map { " under the key \(quoted($0))" } ?? ""
      return "JSON cannot hold the number \(number)\(place); only finite numbers can be written."
    }
  }

  /// The text so far, in UTF-8.
  public private(set) var bytes: [UInt8] = []
  /// The text so far.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  private struct Level: Sendable {
    var isObject: Bool
    var isEmpty = true
  }
  private var levels: [Level] = []
  private var pendingKey = false
  private var lastKey: String?
  private let indentation: Int?

  /// - Parameter indentation: spaces a level for text that people read; nil for one compact line.
  public init(indentation: Int? = nil) {
    precondition(indentation ?? 0 >= 0, "An indentation cannot be negative.")
    self.indentation = indentation
  }

  /// Forgets the text, finished or abandoned by an error, to write the next one into the same memory.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    levels.removeAll()
    pendingKey = false
    lastKey = nil
  }

  /// Hands over a finished text as a line of JSON Lines, line feed included, and starts anew.
  public mutating func takeLine() -> [UInt8] {
    finishLine()
    var line: [UInt8] = []
    swap(&line, &bytes)
    return line
  }

  /// Ends the line of a finished text, as JSON Lines wants it.
  mutating func finishLine() {
    precondition(indentation == nil, "A record stands on one line.")
    precondition(levels.isEmpty && !bytes.isEmpty, "A record is one whole value.")
    bytes.append(UInt8(ascii: "\n"))
  }

  // MARK: Structure

  /// An object with the members that `body` writes.
  public mutating func object(
    _ body: (inout JSONWriter) throws -> Void
  ) rethrows {
    try container(isObject: true, body)
  }

  /// An array of the values that `body` writes.
  public mutating func array(
    _ body: (inout JSONWriter) throws -> Void
  ) rethrows {
    try container(isObject: false, body)
  }

  private mutating func container(
    isObject: Bool, _ body: (inout JSONWriter) throws -> Void
  ) rethrows {
    beginValue()
    bytes.append(UInt8(ascii: isObject ? "{" : "["))
    levels.append(Level(isObject: isObject))
    try body(&self)
    precondition(!pendingKey, "A key has no value.")
    let level = levels.removeLast()
    if !level.isEmpty { breakLine() }
    bytes.append(UInt8(ascii: isObject ? "}" : "]"))
  }

  /// The key of the value that is written next.
  public mutating func key(_ key: String) {
    precondition(levels.last?.isObject == true && !pendingKey, "A key stands in an object alone.")
    separate()
    appendQuoted(key)
    bytes.append(UInt8(ascii: ":"))
    if indentation != nil { bytes.append(UInt8(ascii: " ")) }
    pendingKey = true
    lastKey = key
  }

  /// The comma between neighbours, or nothing before the first.
  private mutating func separate() {
    guard let last = levels.indices.last else { return }
    if !levels[last].isEmpty { bytes.append(UInt8(ascii: ",")) }
    levels[last].isEmpty = false
    breakLine()
  }

  private mutating func breakLine() {
    guard let indentation else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation * levels.count))
  }

  /// Lets a value that has begun write its text itself.
  mutating func appendRaw(_ body: (inout [UInt8]) -> Void) { body(&bytes) }

  mutating func beginValue() {
    guard let level = levels.last else {
      precondition(bytes.isEmpty, "A JSON text is one value.")
      return
    }
    if level.isObject {
      precondition(pendingKey, "A value in an object needs a key.")
      pendingKey = false
    } else {
      separate()
    }
  }

  // MARK: Values

  public mutating func append(_ string: String) {
    beginValue()
    appendQuoted(string)
  }

  public mutating func append(_ integer: some FixedWidthInteger) {
    beginValue()
    bytes.appendDecimal(integer)
  }

  public mutating func append(_ bool: Bool) {
    beginValue()
    bytes.append(contentsOf: (bool ? "true" : "false").utf8)
  }

  public mutating func appendNull() {
    beginValue()
    bytes.append(contentsOf: "null".utf8)
  }

  /// - Throws: `NotFinite`.
  public mutating func append(_ double: Double) throws {
    guard double.isFinite else { throw NotFinite(key: lastKey, number: double) }
    beginValue()
    bytes.append(contentsOf: double.description.utf8)
  }

  /// Writes the shortest text that reads back as this `Float`.
  ///
  /// - Throws: `NotFinite`.
  public mutating func append(_ float: Float) throws {
    guard float.isFinite else { throw NotFinite(key: lastKey, number: Double(float)) }
    beginValue()
    bytes.append(contentsOf: float.description.utf8)
  }

  /// An array of whole numbers on one line.
  ///
  /// - Complexity: O(n), some nanoseconds a number.
  public mutating func append<Integer: FixedWidthInteger>(integers: some Sequence<Integer>) {
    beginValue()
    bytes.reserveCapacity(bytes.count + 3 * integers.underestimatedCount + 2)
    bytes.append(UInt8(ascii: "["))
    var isFirst = true
    for integer in integers {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      bytes.appendDecimal(integer)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// An array of whole numbers on one line.
  ///
  /// - Complexity: O(n), a nanosecond or two a number of one or two digits.
  public mutating func append(int32s: [Int32]) {
    beginValue()
    bytes.append(UInt8(ascii: "["))
    let chunk = 1024
    for start in stride(from: 0, to: int32s.count, by: chunk) {
      let part = int32s[start..<Swift.min(start + chunk, int32s.count)]
      // The longest number and its comma have twelve bytes.
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 12 * chunk) { buffer in
        var count = 0
        for number in part { count = buffer.putDecimal(number, at: count) }
        bytes.append(contentsOf: buffer[(start == 0 ? 1 : 0)..<count])
      }
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// An array of numbers on one line.
  ///
  /// - Throws: `NotFinite`.
  public mutating func append(doubles: [Double]) throws {
    if let bad = doubles.first(where: { !$0.isFinite }) {
      throw NotFinite(key: lastKey, number: bad)
    }
    appendFlat(doubles)
  }

  /// An array of numbers on one line, each in the shortest text that reads back as this `Float`.
  ///
  /// - Throws: `NotFinite`.
  public mutating func append(floats: [Float]) throws {
    if let bad = floats.first(where: { !$0.isFinite }) {
      throw NotFinite(key: lastKey, number: Double(bad))
    }
    appendFlat(floats)
  }

  private mutating func appendFlat(_ numbers: [some CustomStringConvertible]) {
    beginValue()
    bytes.append(UInt8(ascii: "["))
    for (i, number) in numbers.enumerated() {
      if i > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(contentsOf: number.description.utf8)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func appendQuoted(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
      case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
      case 0x08: bytes.append(contentsOf: #"\b"#.utf8)
      case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
      case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
      case 0x0C: bytes.append(contentsOf: #"\f"#.utf8)
      case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
      case 0..<0x20:
        bytes.append(contentsOf: #"\u00"#.utf8)
        for digit in [byte >> 4, byte & 15] {
          bytes.append(digit < 10 ? digit + UInt8(ascii: "0") : digit - 10 + UInt8(ascii: "a"))
        }
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension UnsafeMutableBufferPointer<UInt8> {
  /// Writes a comma and a whole number in decimal digits from `start` on; where it ends.
  @inline(__always)
  fileprivate func putDecimal(_ number: Int32, at start: Int) -> Int {
    self[start] = UInt8(ascii: ",")
    let place = start + 1
    if 0..<10 ~= number {
      self[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number)
      return place + 1
    }
    if 10..<100 ~= number {
      let tens = number / 10
      self[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: tens)
      self[place + 1] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number &- 10 &* tens)
      return place + 2
    }
    var digits: [UInt8] = []
    digits.appendDecimal(number)
    for (index, digit) in digits.enumerated() { self[place + index] = digit }
    return place + digits.count
  }
}

extension [UInt8] {
  /// Appends a whole number in decimal digits, without a `String` in between.
  mutating func appendDecimal(_ integer: some FixedWidthInteger) {
    precondition(integer.bitWidth <= 64, "Whole numbers have at most 64 bits here.")
    if integer < 0 { append(UInt8(ascii: "-")) }
    var rest = UInt64(integer.magnitude)
    let start = count
    repeat {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    var (low, high) = (start, count - 1)
    while low < high {
      swapAt(low, high)
      low += 1
      high -= 1
    }
  }
}
