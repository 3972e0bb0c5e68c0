import Foundation

/// Adds the pixel density to a PNG, so that word processors and LaTeX show it at its true size.
///
/// Cairo writes no `pHYs` chunk. It is put behind the header chunk, where the standard wants it
/// (PNG, second edition, 11.3.5.3): pixels per metre in x and y, and the unit.
func pngWithDensity(_ png: Data, dotsPerInch: Double) -> Data {
  let headerEnd = 8 + 4 + 4 + 13 + 4
  let perMetre = UInt32((dotsPerInch / 0.0254).rounded())
  var body = Data("pHYs".utf8)
  body.append(bigEndian: perMetre)
  body.append(bigEndian: perMetre)
  body.append(1)

  var result = Data(png.prefix(headerEnd))
  result.append(bigEndian: 9)
  result.append(body)
  result.append(bigEndian: crc32(body))
  result.append(png.dropFirst(headerEnd))
  return result
}

/// The cyclic redundancy check of PNG chunks (ISO 3309 polynomial, bits reflected).
private func crc32(_ data: Data) -> UInt32 {
  var remainder: UInt32 = 0xffff_ffff
  for byte in data {
    remainder ^= UInt32(byte)
    for _ in 0..<8 {
      remainder = remainder & 1 == 1 ? (remainder >> 1) ^ 0xedb8_8320 : remainder >> 1
    }
  }
  return ~remainder
}

extension Data {
  fileprivate mutating func append(bigEndian value: UInt32) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }
}
