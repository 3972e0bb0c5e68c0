/// How numbers are kept in memory; computations are in float32 always.
public enum StoragePrecision: String, CaseIterable, Sendable {
  case float32
  /// 10 bits after the point, greatest finite number 65504: half the memory at a relative rounding
  /// of at most 2⁻¹¹.
  case float16
  /// The upper half of a float32: its range, with 7 bits after the point and a relative rounding of
  /// at most 2⁻⁸.
  case bfloat16

  /// Bytes that a number takes.
  public var bytes: Int { self == .float32 ? 4 : 2 }

  /// The greatest relative error of storing a number in the normal range.
  public var rounding: Double {
    switch self {
    case .float32: 0
    case .float16: 0x1p-11
    case .bfloat16: 0x1p-8
    }
  }
}

extension StoragePrecision {
  /// Widens `count` stored halves; exact.
  func widen(_ source: UnsafePointer<UInt16>, to target: UnsafeMutablePointer<Float>, count: Int) {
    switch self {
    case .float32: preconditionFailure("floats are no halves")
    case .float16: widenFloat16(source, to: target, count: count)
    case .bfloat16: widenBFloat16(source, to: target, count: count)
    }
  }

  /// Widens `rows` rows of `columns` halves that lie `stride` apart, to rows side by side.
  func widen(
    _ source: UnsafePointer<UInt16>, rows: Int, columns: Int, stride: Int,
    to target: UnsafeMutablePointer<Float>
  ) {
    if stride == columns { return widen(source, to: target, count: rows * columns) }
    for row in 0..<rows {
      widen(source + row * stride, to: target + row * columns, count: columns)
    }
  }

  /// Narrows `count` floats, each to the nearest number of the format, ties to even; what is greater
  /// than the format's range becomes infinite, NaN stays NaN.
  func narrow(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<UInt16>, count: Int) {
    switch self {
    case .float32: preconditionFailure("floats are no halves")
    case .float16: narrowToFloat16(source, to: target, count: count)
    case .bfloat16: narrowToBFloat16(source, to: target, count: count)
    }
  }
}

// Plain loops out of line: with F16C and AVX2 the compiler turns each into one conversion, or one
// shift, of eight numbers.

@inline(never)
private func widenFloat16(
  _ source: UnsafePointer<UInt16>, to target: UnsafeMutablePointer<Float>, count: Int
) {
  for i in 0..<count { target[i] = Float(Float16(bitPattern: source[i])) }
}

@inline(never)
private func narrowToFloat16(
  _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<UInt16>, count: Int
) {
  for i in 0..<count { target[i] = Float16(source[i]).bitPattern }
}

@inline(never)
private func widenBFloat16(
  _ source: UnsafePointer<UInt16>, to target: UnsafeMutablePointer<Float>, count: Int
) {
  for i in 0..<count { target[i] = Float(bitPattern: UInt32(source[i]) &<< 16) }
}

@inline(never)
private func narrowToBFloat16(
  _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<UInt16>, count: Int
) {
  for i in 0..<count {
    let bits = source[i].bitPattern
    let rounded = (bits &+ 0x7FFF &+ (bits &>> 16 & 1)) &>> 16
    // Rounding could carry a NaN into infinity: it is cut off instead, and made quiet.
    let isNaN = bits & 0x7FFF_FFFF > 0x7F80_0000
    target[i] = UInt16(truncatingIfNeeded: isNaN ? bits &>> 16 | 0x40 : rounded)
  }
}
