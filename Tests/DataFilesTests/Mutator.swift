/// Makes damaged copies of valid bytes, the same ones for the same seed.
struct Mutator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  /// A number below `bound` (xorshift64*).
  mutating func below(_ bound: Int) -> Int {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % bound
  }

  private static let fragments: [[UInt8]] =
    [
      "999999999999999999999", "-1", "1e999", "18446744073709551615", "9223372036854775807", "0x",
      "Infinity", "NaN", "null", "{", "}", "[", "]", "\"", "'", "\\", "\\u", "\\ud800", ",", ":",
      "//", "/*", "\n", "\r", ".", "-", "\"\"", "[[[[[[[[", "{\"a\":", "\u{2028}", "\u{FEFF}",
    ].map { Array($0.utf8) }
    + [[0], [0xFF], [0xC3], [0xE2, 0x80], [0xED, 0xA0, 0x80], [UInt8](repeating: 0xFF, count: 8)]

  /// A copy with one to four injuries.
  mutating func mutation(of sample: [UInt8]) -> [UInt8] {
    var bytes = sample
    for _ in 0...below(4) {
      let at = below(bytes.count + 1)
      let end = min(bytes.count, at + 1 + below(12))
      switch below(8) {
      case 0: bytes.replaceSubrange(at..<end, with: [])
      case 1: bytes.insert(contentsOf: bytes[at..<end], at: below(bytes.count + 1))
      case 2: bytes.replaceSubrange(at..<end, with: fragment())
      case 3: bytes.insert(contentsOf: fragment(), at: at)
      case 4: bytes.insert(UInt8(below(256)), at: at)
      case 5 where below(4) == 0: bytes.removeSubrange(at...)
      case 6 where at < bytes.count: bytes[at] = UInt8(below(256))
      default: if at < bytes.count { bytes[at] ^= 1 << below(8) }
      }
    }
    return bytes
  }

  private mutating func fragment() -> [UInt8] { Self.fragments[below(Self.fragments.count)] }
}
