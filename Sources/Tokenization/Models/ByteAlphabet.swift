/// The characters by which byte-level vocabularies write the 256 bytes.
///
/// Printable characters of Latin-1 stand for their own byte; the other bytes take, in order, the
/// characters from U+0100 on, so that a vocabulary holds no white space and no control character.
enum ByteAlphabet {
  /// The characters by byte.
  static let scalars: [Unicode.Scalar] = {
    var free: UInt32 = 0x100
    return (0..<256).map { byte in
      let isPrintable = 0x21...0x7E ~= byte || 0xA1...0xAC ~= byte || 0xAE...0xFF ~= byte
      defer { if !isPrintable { free += 1 } }
      return Unicode.Scalar(isPrintable ? UInt32(byte) : free) ?? "\u{FFFD}"
    }
  }()

  /// The bytes by character, for the characters below U+0144; −1 for what stands for none.
  private static let bytes: [Int16] = {
    var bytes = [Int16](repeating: -1, count: 0x144)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar.value)] = Int16(byte) }
    return bytes
  }()

  /// The bytes that a token's characters stand for; nil when one stands for none.
  static func bytes(of token: String) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in token.unicodeScalars {
      guard scalar.value < 0x144, bytes[Int(scalar.value)] >= 0 else { return nil }
      result.append(UInt8(bytes[Int(scalar.value)]))
    }
    return result
  }
}
