import LaneKernels

/// The kernels for vectors of 512 bits: compiled for processors that have AVX-512, and to be called
/// on no other.
///
/// Nothing but these functions may be compiled here. What another module would share with this one
/// through the linker, such as a specialised function of the standard library, would carry the
/// instructions along to processors that lack them.
public enum Kernels512 {
  public typealias Lanes = SIMD16<Float>

  /// The number of columns of a packed panel.
  public static let panel = 32

  @inline(never)
  public static func multiply(_ o: ProductOperands) {
    LaneKernels.multiply(Lanes.self, TileRows<8>(), o)
  }

  @inline(never)
  public static func packRight(
    k: Int, n: Int, _ b: UnsafePointer<Float>, step: Int, column: Int,
    into packed: UnsafeMutablePointer<Float>
  ) {
    LaneKernels.packRight(Lanes.self, k: k, n: n, b, step: step, column: column, into: packed)
  }

  @inline(never)
  public static func attend(
    _ o: AttentionOperands, outputs: UnsafeMutablePointer<Float>, outputRow: Int,
    maxima: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>
  ) {
    LaneKernels.attend(
      Lanes.self, TileRows<8>(), o, outputs: outputs, outputRow: outputRow, maxima: maxima,
      sums: sums)
  }

  @inline(never)
  public static func attendBackward(_ o: AttentionOperands, _ g: AttentionGradients) {
    LaneKernels.attendBackward(Lanes.self, TileRows<8>(), o, g)
  }

  @inline(never)
  public static func activate(
    _ count: Int, gate: UnsafePointer<Float>, up: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) -> Int {
    LaneKernels.activate(Lanes.self, count, gate: gate, up: up, into: out)
  }

  @inline(never)
  public static func activateBackward(
    _ count: Int, dy: UnsafePointer<Float>, gate: UnsafePointer<Float>,
    up: UnsafePointer<Float>, dGate: UnsafeMutablePointer<Float>, dUp: UnsafeMutablePointer<Float>
  ) -> Int {
    LaneKernels.activateBackward(
      Lanes.self, count, dy: dy, gate: gate, up: up, dGate: dGate, dUp: dUp)
  }
}
