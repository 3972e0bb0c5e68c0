import Foundation

/// The SHA-256 hash (FIPS 180-4), of data in memory or as it comes.
public struct SHA256: Sendable {
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
    0x5be0_cd19,
  ]
  /// Bytes that do not fill a block yet.
  private var pending: [UInt8] = []
  private var count: UInt64 = 0

  public init() {}

  /// Adds bytes to what is hashed.
  public mutating func update(_ bytes: some ContiguousBytes) {
    bytes.withUnsafeBytes { update(raw: $0) }
  }

  private mutating func update(raw bytes: UnsafeRawBufferPointer) {
    count += UInt64(bytes.count)
    var start = 0
    if !pending.isEmpty {
      start = min(64 - pending.count, bytes.count)
      pending += bytes[..<start]
      guard pending.count == 64 else { return }
      pending.withUnsafeBytes { Self.compress(&state, $0) }
      pending.removeAll(keepingCapacity: true)
    }
    let end = start + (bytes.count - start) / 64 * 64
    Self.compress(&state, UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    pending += bytes[end...]
  }

  /// The hash of everything added so far, 32 bytes.
  public func digest() -> [UInt8] {
    var state = state
    // The message ends with a one bit, zeros, and its length in bits.
    var last = pending + [0x80]
    while last.count % 64 != 56 { last.append(0) }
    withUnsafeBytes(of: (count &* 8).bigEndian) { last += $0 }
    last.withUnsafeBytes { Self.compress(&state, $0) }
    return state.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
  }

  /// The hash of everything added so far, as 64 lower-case hexadecimal digits.
  public var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    let text = digest().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  /// The hash of data, in hexadecimal.
  public static func hex(of bytes: some ContiguousBytes) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.hex
  }

  /// The hash of text in UTF-8, in hexadecimal.
  public static func hex(of text: String) -> String { hex(of: Array(text.utf8)) }

  /// The hash of a file's content, in hexadecimal, read piece by piece.
  ///
  /// - Throws: `FileSystemError`.
  public static func hex(ofFile path: String) throws -> String {
    let file = try Descriptor(opening: path, O_RDONLY, for: .open)
    var hash = SHA256()
    while true {
      let piece = try file.read(atMost: 1 << 18)
      if piece.isEmpty { return hash.hex }
      hash.update(piece)
    }
  }

  // MARK: Compression

  /// The first 32 bits of the fractions of the cube roots of the first 64 primes.
  private static let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]

  /// Folds whole blocks of 64 bytes into the state.
  private static func compress(_ state: inout [UInt32], _ blocks: UnsafeRawBufferPointer) {
    func rotated(_ x: UInt32, _ by: UInt32) -> UInt32 { x >> by | x << (32 - by) }
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
      for block in stride(from: 0, to: blocks.count, by: 64) {
        for i in 0..<16 {
          let word = blocks.loadUnaligned(fromByteOffset: block + 4 * i, as: UInt32.self)
          words[i] = UInt32(bigEndian: word)
        }
        for i in 16..<64 {
          let (old, new) = (words[i - 15], words[i - 2])
          let s0 = rotated(old, 7) ^ rotated(old, 18) ^ old >> 3
          let s1 = rotated(new, 17) ^ rotated(new, 19) ^ new >> 10
          words[i] = words[i - 16] &+ s0 &+ words[i - 7] &+ s1
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for i in 0..<64 {
          let s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
          let t1 = h &+ s1 &+ (e & f ^ ~e & g) &+ roundConstants[i] &+ words[i]
          let s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
          let t2 = s0 &+ (a & b ^ a & c ^ b & c)
          (h, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
        }
        for (i, word) in [a, b, c, d, e, f, g, h].enumerated() { state[i] &+= word }
      }
    }
  }
}
