/// A named, seekable stream of random numbers whose every value is a function of
/// (seed, label, children taken, position) alone.
///
/// Nothing global decides a draw: two streams made the same way are the same stream, and a child
/// depends on its parent's name, never on how much was drawn from the parent.
///
///     var stream = RandomStream(seed: 7, label: "key-value").child("test").child(12)
///     let key = stream.below(1024)
public struct RandomStream: RandomNumberGenerator, Sendable, Equatable {
  /// What distinguishes this stream from all others: two words are Philox's key, two the upper counter.
  private let name: SIMD4<UInt32>

  private var drawn: UInt64 = 0

  /// The second word of the present block; valid whenever `drawn` is odd.
  private var upperHalf: UInt64 = 0

  /// The root stream of a seed and a label.
  public init(seed: UInt64, label: String) {
    name = Self.absorb(label, into: SIMD4(seed.lowWord, seed.highWord, 0, 0))
  }

  private init(name: SIMD4<UInt32>) {
    self.name = name
  }

  /// The number of 64-bit words drawn so far; set it to seek.
  public var position: UInt64 {
    get { drawn }
    set {
      drawn = newValue
      if newValue & 1 == 1 { upperHalf = block(newValue >> 1).upper }
    }
  }

  /// The child stream with a label; equal labels give equal children.
  public func child(_ label: String) -> RandomStream {
    RandomStream(name: Self.absorb(label, into: name))
  }

  /// The child stream with a number; distinct numbers give distinct children.
  public func child(_ index: Int) -> RandomStream {
    let bits = UInt64(bitPattern: Int64(index))
    return RandomStream(name: Self.mix(name, with: SIMD4(bits.lowWord, bits.highWord, 0, 1 << 31)))
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    defer { drawn &+= 1 }
    if drawn & 1 == 1 { return upperHalf }
    let words = block(drawn >> 1)
    upperHalf = words.upper
    return words.lower
  }

  /// Equal when all further draws are equal: the same name and the same position.
  public static func == (left: RandomStream, right: RandomStream) -> Bool {
    left.name == right.name && left.drawn == right.drawn
  }

  private func block(_ number: UInt64) -> (lower: UInt64, upper: UInt64) {
    let words = Philox4x32.block(
      counter: SIMD4(number.lowWord, number.highWord, name.z, name.w), key: SIMD2(name.x, name.y))
    return (
      UInt64(words.x) | UInt64(words.y) << 32, UInt64(words.z) | UInt64(words.w) << 32
    )
  }

  /// Folds a label into a name, twelve bytes at a time; the fourth word counts the bytes and marks
  /// the last chunk, so that no label is the beginning of another.
  private static func absorb(
    _ label: String, into start: SIMD4<UInt32>
  ) -> SIMD4<UInt32> {
    var name = start
    var chunk = SIMD4<UInt32>()
    for byte in label.utf8 {
      if chunk.w == 12 {
        name = mix(name, with: chunk)
        chunk = SIMD4()
      }
      chunk[Int(chunk.w >> 2)] |= UInt32(byte) << (8 * (chunk.w & 3))
      chunk.w += 1
    }
    chunk.w |= 1 << 30
    return mix(name, with: chunk)
  }

  /// A name made of a name and 128 bits more.
  ///
  /// Under a fixed name this is a bijection of the added bits (each half is a keyed permutation), so
  /// numbered children never collide.
  private static func mix(
    _ name: SIMD4<UInt32>, with words: SIMD4<UInt32>
  ) -> SIMD4<UInt32> {
    let half = Philox4x32.block(counter: words, key: SIMD2(name.x, name.y))
    return Philox4x32.block(counter: half, key: SIMD2(name.z, name.w))
  }
}

extension UInt64 {
  fileprivate var lowWord: UInt32 { UInt32(truncatingIfNeeded: self) }
  fileprivate var highWord: UInt32 { UInt32(truncatingIfNeeded: self >> 32) }
}
