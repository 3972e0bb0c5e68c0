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

  /// Allocates `count` numbers, all zero.
  public init(count: Int, precision: StoragePrecision) {
    precondition(precision != .float32, "floats are no halves")
    precondition(count >= 0 && count < Int.max / 4, "impossible number of halves")
    guard let raw = calloc(max(1, count), MemoryLayout<UInt16>.stride) else {
      fatalError("out of memory: \(count) numbers of 2 bytes")
    }
    self.count = count
    self.precision = precision
    base = raw.bindMemory(to: UInt16.self, capacity: count)
  }

  deinit { free(base) }

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
    precision.narrow(floats.base, base, count)
  }

  /// The numbers as floats.
  public var floats: [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      if let start = buffer.baseAddress { precision.widen(base, start, count) }
      filled = count
    }
  }

  /// The numbers as they lie in memory.
  public var bits: [UInt16] { Array(UnsafeBufferPointer(start: base, count: count)) }

  /// Puts back what `bits` gave.
  public func copy(from bits: [UInt16]) {
    precondition(bits.count == count, "copy of another length")
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
    precision.narrow(base, halves.base, count)
    precision.widen(halves.base, base, count)
  }
}
