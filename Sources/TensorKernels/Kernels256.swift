import LaneKernels

/// The kernels for vectors of 256 bits; elsewhere than on x86-64 the compiler cuts them to what there is.
enum Kernels256 {
  typealias Lanes = SIMD8<Float>

  /// The number of columns of a packed panel.
  static let panel = 16

  @inline(never)
  static func multiply(_ o: ProductOperands) {
    LaneKernels.multiply(Lanes.self, TileRows<6>(), o)
  }

  @inline(never)
  static func packRight(
    k: Int, n: Int, _ b: UnsafePointer<Float>, step: Int, column: Int,
    into packed: UnsafeMutablePointer<Float>
  ) {
    LaneKernels.packRight(Lanes.self, k: k, n: n, b, step: step, column: column, into: packed)
  }

  @inline(never)
  static func attend(
    _ o: AttentionOperands, outputs: UnsafeMutablePointer<Float>, outputRow: Int,
    maxima: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>
  ) {
    LaneKernels.attend(
      Lanes.self, TileRows<6>(), o, outputs: outputs, outputRow: outputRow, maxima: maxima,
      sums: sums)
  }

  @inline(never)
  static func attendBackward(_ o: AttentionOperands, _ g: AttentionGradients) {
    LaneKernels.attendBackward(Lanes.self, TileRows<6>(), o, g)
  }

  @inline(never)
  static func activate(
    _ count: Int, gate: UnsafePointer<Float>, up: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) -> Int {
    LaneKernels.activate(Lanes.self, count, gate: gate, up: up, into: out)
  }

  @inline(never)
  static func activateBackward(
    _ count: Int, dy: UnsafePointer<Float>, gate: UnsafePointer<Float>,
    up: UnsafePointer<Float>, dGate: UnsafeMutablePointer<Float>, dUp: UnsafeMutablePointer<Float>
  ) -> Int {
    LaneKernels.activateBackward(
      Lanes.self, count, dy: dy, gate: gate, up: up, dGate: dGate, dUp: dUp)
  }
}
