import Foundation

/// A zero-filled block of numbers of half a float's size, the counterpart of `FloatStorage`.
///
/// Large blocks are mapped lazily by the system, so unused capacity costs no memory.
public final class HalfStorage: @unchecked Sendable {
  /// The number of numbers.
  public let count: Int
  /// What they are: anything but float32.
  public let precision: StoragePrecision
  let base: UnsafeMutablePointer<UInt16>
  /// The block's own memory; nil where it is a lender's, which must not be written to.
  private let memory: ZeroedMemory?
  private let lender: (any Sendable)?

  /// Allocates `count` numbers, all zero.
  public init(count: Int, precision: StoragePrecision) {
    precondition(precision != .float32, "floats are no halves")
    precondition(count >= 0 && count < Int.max / 4, "impossible number of halves")
    self.count = count
    self.precision = precision
    let memory = ZeroedMemory(bytes: count * MemoryLayout<UInt16>.stride)
    base = memory.aligned.bindMemory(to: UInt16.self, capacity: count)
    self.memory = memory
    lender = nil
  }

  /// Borrows memory that is only read, such as a mapped file's.
  ///
  /// - Parameters:
  ///   - bytes: little-endian numbers; copied where they lie at an odd address.
  ///   - lender: keeps the bytes in their place as long as it lives.
  public init(
    reading bytes: UnsafeRawBufferPointer, precision: StoragePrecision, of lender: any Sendable
  ) {
    precondition(precision != .float32, "floats are no halves")
    precondition(bytes.count % 2 == 0, "half of a number")
    self.precision = precision
    count = bytes.count / 2
    if let start = bytes.baseAddress, Int(bitPattern: start) % 2 == 0 {
      base = UnsafeMutableRawPointer(mutating: start).assumingMemoryBound(to: UInt16.self)
      memory = nil
      self.lender = lender
    } else {
      let memory = ZeroedMemory(bytes: bytes.count)
      if let start = bytes.baseAddress { memcpy(memory.aligned, start, bytes.count) }
      base = memory.aligned.bindMemory(to: UInt16.self, capacity: count)
      self.memory = memory
      self.lender = nil
    }
  }

  deinit { memory?.free() }

  /// Whether the memory is the block's own.
  var isWritable: Bool { lender == nil }

  /// All of it.
  public var view: HalfView { HalfView(owner: self, base: base, count: count) }
}

/// A window onto consecutive numbers of a `HalfStorage`, which it keeps alive.
public struct HalfView: @unchecked Sendable {
  let owner: HalfStorage
  let base: UnsafeMutablePointer<UInt16>
  /// The number of numbers.
  public let count: Int

  /// What the numbers are.
  public var precision: StoragePrecision { owner.precision }

  /// `count` numbers from `offset` on.
  public func slice(_ offset: Int, _ count: Int) -> HalfView {
    precondition(offset >= 0 && count >= 0 && offset + count <= self.count, "slice out of bounds")
    return HalfView(owner: owner, base: base + offset, count: count)
  }

  /// Stores floats, each rounded to the nearest number; see `StoragePrecision`.
  public func store(_ floats: FloatView) {
    precondition(floats.count == count, "copy of another length")
    precondition(owner.isWritable, "the memory is only read")
    precision.narrow(floats.base, to: base, count: count)
  }

  /// The numbers as floats.
  public var floats: [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      if let start = buffer.baseAddress { precision.widen(base, to: start, count: count) }
      filled = count
    }
  }

  /// Where the first number lies that is infinite or none at all; nil where all are finite.
  public var firstNotFinite: Int? {
    // The exponent of what is not finite has all bits set.
    let mask: UInt16 = precision == .float16 ? 0x7C00 : 0x7F80
    var start = 0
    while start < count {
      let end = min(start + 4096, count)
      if holdsBits(mask, in: base + start, count: end - start) {
        return (start..<end).first { base[$0] & mask == mask }
      }
      start = end
    }
    return nil
  }

  /// The numbers as they lie in memory.
  public var bits: [UInt16] { Array(UnsafeBufferPointer(start: base, count: count)) }

  /// Puts back what `bits` gave.
  public func copy(from bits: [UInt16]) {
    precondition(bits.count == count, "copy of another length")
    precondition(owner.isWritable, "the memory is only read")
    bits.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { base.update(from: start, count: count) }
    }
  }
}

extension FloatView {
  /// Rounds every float to the nearest number of a format, as storing and reading it would.
  public func round(to precision: StoragePrecision) {
    if precision == .float32 { return }
    let halves = HalfStorage(count: count, precision: precision)
    precision.narrow(base, to: halves.base, count: count)
    precision.widen(halves.base, to: base, count: count)
  }
}

/// Whether any number has all bits of `mask` set: a plain loop without an early end, which the compiler
/// turns into one over vectors.
@inline(never)
private func holdsBits(
  _ mask: UInt16, in numbers: UnsafePointer<UInt16>, count: Int
) -> Bool {
  var found: UInt16 = 0
  for i in 0..<count { found |= numbers[i] & mask == mask ? 1 : 0 }
  return found != 0
}
