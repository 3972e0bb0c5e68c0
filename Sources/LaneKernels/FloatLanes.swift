/// Floats that one instruction works on at once.
///
/// The kernels of this module are written once, for any such vector, and become machine code in the
/// modules that name one: each of those is compiled for the processors that have it. Everything
/// here must therefore vanish into its caller, which `@inline(__always)` sees to.
public protocol FloatLanes: SIMD where Scalar == Float {
  /// The same lanes as bits.
  associatedtype Bits: SIMD where Bits.Scalar == UInt32

  /// The greater of the lanes, `y` where either is NaN: the rule of the one instruction that it
  /// becomes.
  static func greater(_ x: Self, _ y: Self) -> Self
  /// The lesser of the lanes, `y` where either is NaN.
  static func lesser(_ x: Self, _ y: Self) -> Self
}

extension SIMD8: FloatLanes where Scalar == Float {
  public typealias Bits = SIMD8<UInt32>

  @inlinable @inline(__always)
  public static func greater(_ x: Self, _ y: Self) -> Self { y.replacing(with: x, where: x .> y) }

  @inlinable @inline(__always)
  public static func lesser(_ x: Self, _ y: Self) -> Self { y.replacing(with: x, where: x .< y) }
}

extension SIMD16: FloatLanes where Scalar == Float {
  public typealias Bits = SIMD16<UInt32>

  @inlinable @inline(__always)
  public static func greater(_ x: Self, _ y: Self) -> Self { y.replacing(with: x, where: x .> y) }

  @inlinable @inline(__always)
  public static func lesser(_ x: Self, _ y: Self) -> Self { y.replacing(with: x, where: x .< y) }
}

/// How many rows of a result are held in registers at once, beside two vectors a row: a number that
/// the compiler unrolls by.
public struct TileRows<let count: Int>: Sendable {
  @inlinable @inline(__always)
  public init() {}
}

@inlinable @inline(__always)
func load<V: FloatLanes>(_: V.Type, _ pointer: UnsafePointer<Float>) -> V {
  UnsafeRawPointer(pointer).loadUnaligned(as: V.self)
}

@inlinable @inline(__always)
func store<V: FloatLanes>(_ lanes: V, _ pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: lanes, as: V.self)
}

/// `2ˣ` in every lane, relative error below 4 · 2⁻²⁴ for −126 ≤ x < 127; what is smaller gives
/// 2⁻¹²⁶, NaN stays NaN, and greater x must not come.
///
/// `x = n + f` with |f| ≤ ½: `n` falls out of adding 1.5·2²³, which rounds to an integer in the low
/// mantissa bits; `2ᶠ` is a polynomial fitted for the least relative error with constant term 1, so
/// that `2⁰` is 1; `2ⁿ` is added to the exponent field.
@inlinable @inline(__always)
func powerOfTwo<V: FloatLanes>(_ x: V) -> V {
  let magic = V(repeating: 12_582_912)
  let clamped = V.greater(V(repeating: -126), x)
  let shifted = clamped + magic
  let f = clamped - (shifted - magic)
  var p = V(repeating: 0.001_326_472_7)
  p = V(repeating: 0.009_671_513).addingProduct(p, f)
  p = V(repeating: 0.055_507_336).addingProduct(p, f)
  p = V(repeating: 0.240_222_42).addingProduct(p, f)
  p = V(repeating: 0.693_147_0).addingProduct(p, f)
  p = V(repeating: 1).addingProduct(p, f)
  let exponent = unsafeBitCast(shifted, to: V.Bits.self) &<< V.Bits(repeating: 23)
  return unsafeBitCast(unsafeBitCast(p, to: V.Bits.self) &+ exponent, to: V.self)
}
