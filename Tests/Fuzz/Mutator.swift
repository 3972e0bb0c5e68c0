import Randomness

/// Makes bad input of good: a few changes to a sample, or to several, decided by the stream alone.
struct Mutator {
  var random: RandomStream
  /// What parts are taken from.
  private let samples: [[UInt8]]

  init(_ random: RandomStream, samples: [[UInt8]]) {
    self.random = random
    self.samples = samples
  }

  /// A sample with one to five changes; one in fifty is left as it is.
  mutating func text() -> [UInt8] {
    var bytes = sample()
    if random.below(50) == 0 { return bytes }
    for _ in 0...random.below(5) { changeText(&bytes) }
    return bytes
  }

  /// The same for a file whose first 8 bytes tell the length of a JSON header.
  mutating func headed() -> [UInt8] {
    var bytes = sample()
    if random.below(50) == 0 { return bytes }
    for _ in 0...random.below(3) {
      switch random.below(4) {
      case 0: changeBytes(&bytes)
      case 1: setLength(&bytes, odd(Self.lengths))
      default:
        guard bytes.count >= 8 else { return bytes }
        let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(bytes.count - 8) else { continue }
        let end = 8 + Int(length)
        var header = Array(bytes[8..<end])
        changeText(&header)
        bytes.replaceSubrange(8..<end, with: header)
        // Mostly the header is to be found, so that what stands in it is read.
        if random.below(8) != 0 { setLength(&bytes, UInt64(header.count)) }
      }
    }
    return bytes
  }

  /// Words of a command line.
  mutating func words(among known: [String]) -> [String] {
    (0..<random.below(9)).map { _ in
      switch random.below(6) {
      case 0:
        var bytes = Array(odd(known).utf8)
        changeBytes(&bytes)
        return String(decoding: bytes, as: UTF8.self).replacing("\0", with: "")
      case 1: return String(decoding: odd(Self.numbers).utf8, as: UTF8.self)
      case 2: return "\(odd(known))=\(odd(Self.numbers))"
      default: return odd(known)
      }
    }
  }

  // MARK: Changes

  private mutating func changeText(_ bytes: inout [UInt8]) {
    if random.below(3) == 0 { return changeBytes(&bytes) }
    let tokens = Lexer.tokens(bytes)
    guard !tokens.isEmpty else { return changeBytes(&bytes) }
    let token = odd(tokens)
    switch random.below(7) {
    case 0: bytes.replaceSubrange(token, with: odd(Self.numbers).utf8)
    case 1: bytes.replaceSubrange(token, with: odd(Self.values).utf8)
    case 2: bytes.removeSubrange(token)
    case 3:
      let other = Array(bytes[odd(tokens)])
      bytes.replaceSubrange(token, with: other)
    case 4:
      // A stretch of tokens twice: members of the same name, lists that are longer.
      let end = tokens[min(tokens.count - 1, random.below(tokens.count))].upperBound
      if end > token.lowerBound {
        let stretch = Array(bytes[token.lowerBound..<end].prefix(4000))
        bytes.insert(contentsOf: stretch, at: token.lowerBound)
      }
    case 5: bytes.replaceSubrange(token, with: string())
    default:
      let depth = 1 << random.below(15)
      let (open, close) = odd([("[", "]"), ("{\"a\":", "}")])
      let closed = random.below(2) == 0 ? depth : 0
      let nest =
        Array(repeating: open, count: depth).joined()
        + Array(repeating: close, count: closed).joined()
      bytes.replaceSubrange(token, with: nest.utf8)
    }
  }

  private mutating func changeBytes(_ bytes: inout [UInt8]) {
    let place = random.below(bytes.count + 1)
    let end = min(bytes.count, place + random.below(1 << random.below(9)))
    switch random.below(8) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
    case 1 where place < bytes.count: bytes[place] = UInt8(random.below(256))
    case 2: bytes.insert(contentsOf: odd(Self.bytes), at: place)
    case 3: bytes.removeSubrange(place..<end)
    case 4: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
    case 5: bytes.removeSubrange(place...)
    case 6:
      let other = sample()
      bytes.replaceSubrange(place..<end, with: other.suffix(random.below(other.count + 1)))
    default: bytes.insert(UInt8(random.below(256)), at: place)
    }
  }

  private mutating func setLength(_ bytes: inout [UInt8], _ length: UInt64) {
    guard bytes.count >= 8 else { return }
    for i in 0..<8 { bytes[i] = UInt8(truncatingIfNeeded: length >> UInt64(8 * i)) }
  }

  private mutating func string() -> [UInt8] {
    [UInt8(ascii: "\"")] + odd(Self.strings) + [UInt8(ascii: "\"")]
  }

  mutating func sample() -> [UInt8] { odd(samples) }

  mutating func odd<Element>(_ elements: [Element]) -> Element {
    elements[random.below(elements.count)]
  }

  // MARK: What is bad

  private static let lengths: [UInt64] = [
    0, 1, 2, 7, 100_000_001, 1 << 31, 1 << 32, 1 << 60, 1 << 63, .max, .max - 7,
  ]
  private static let numbers = [
    "0", "-0", "-1", "1", "2", "00", "1e999", "-1e999", "1e-999", "1e308", "NaN", "Infinity",
    "-Infinity", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
    "18446744073709551616", "1152921504606846976", "0x7fffffffffffffff", "0xffffffffffffffffff",
    ".5", "5.", "+1", "1e", "0.1", "1_000", "340282366920938463463374607431768211456",
  ]
  private static let values = [
    "null", "true", "false", "[]", "{}", "[null]", "\"\"", "''", "//", "/*",
  ]
  private static let strings: [[UInt8]] = [
    [], Array("null".utf8), Array("\\u0000".utf8), Array("\\ud800".utf8),
    Array("\\udc00\\ud800".utf8), Array("\\".utf8), [0], [0xFF, 0xFE], [0xC0, 0xAF],
    [0xED, 0xA0, 0x80], Array("é\u{301}\u{202E}👩‍👩‍👧".utf8), [UInt8](repeating: 0x61, count: 5000),
    Array("../../../etc/passwd".utf8), Array("(?:a|aa)+$".utf8), Array("\\\\p{L}{0,99999}".utf8),
    Array("[[:alpha:]".utf8), Array("a{2147483648}".utf8), Array("((((((((((".utf8),
  ]
  private static let bytes: [[UInt8]] = [
    [0xEF, 0xBB, 0xBF], [0x0D, 0x0A], [0x0A], [0], [0xFF], [0xE2, 0x80, 0xA8],
    [UInt8](repeating: 0x20, count: 3000), Array("\"".utf8), Array(",".utf8), Array("}".utf8),
  ]
}

/// Where words, numbers, strings and signs of a text begin and end, as JSON has them, roughly.
enum Lexer {
  static func tokens(_ bytes: [UInt8]) -> [Range<Int>] {
    var tokens: [Range<Int>] = []
    var i = 0
    while i < bytes.count {
      let start = i
      if bytes[i] == UInt8(ascii: "\"") {
        i += 1
        while i < bytes.count, bytes[i] != UInt8(ascii: "\"") {
          i += bytes[i] == UInt8(ascii: "\\") ? 2 : 1
        }
        i = min(i + 1, bytes.count)
      } else if isWord(bytes[i]) {
        while i < bytes.count, isWord(bytes[i]) { i += 1 }
      } else {
        i += 1
        if bytes[start] <= 0x20 { continue }
      }
      tokens.append(start..<i)
    }
    return tokens
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
      UInt8(ascii: "-"), UInt8(ascii: "+"):
      true
    default: false
    }
  }
}
