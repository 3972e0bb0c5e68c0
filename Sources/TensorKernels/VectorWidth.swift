import Foundation
import LaneKernels
import WideKernels

/// The width of the vectors that the large kernels (products, attention) work with.
///
/// The width decides how much is computed at a time and so, by rounding alone, the last digits of a
/// result.
public enum VectorWidth: Int, Sendable, CaseIterable {
  case bits256 = 256
  case bits512 = 512

  /// The widest that this processor has.
  ///
  /// `SCORE_DILUTION_VECTOR_BITS=256` in the environment keeps to the narrower one.
  public static let best: VectorWidth = {
    let setting = ProcessInfo.processInfo.environment["SCORE_DILUTION_VECTOR_BITS"]
    let most = setting.flatMap { Int($0) } ?? Int.max
    return usable.last { $0.rawValue <= most } ?? .bits256
  }()

  /// What this processor can run, the widest last.
  public static let usable: [VectorWidth] = {
    let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    return ProcessorFeatures(cpuinfo: text ?? "").hasWideVectors
      ? [.bits256, .bits512] : [.bits256]
  }()

  /// The number of columns of a packed panel, and of rows that attention takes at once.
  var panel: Int { self == .bits512 ? Kernels512.panel : Kernels256.panel }

  func multiply(_ o: ProductOperands) {
    switch self {
    case .bits256: Kernels256.multiply(o)
    case .bits512: Kernels512.multiply(o)
    }
  }

  func packRight(
    k: Int, n: Int, _ b: UnsafePointer<Float>, step: Int, column: Int,
    into packed: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .bits256: Kernels256.packRight(k: k, n: n, b, step: step, column: column, into: packed)
    case .bits512: Kernels512.packRight(k: k, n: n, b, step: step, column: column, into: packed)
    }
  }

  func attend(
    _ o: AttentionOperands, outputs: UnsafeMutablePointer<Float>, outputRow: Int,
    maxima: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .bits256:
      Kernels256.attend(o, outputs: outputs, outputRow: outputRow, maxima: maxima, sums: sums)
    case .bits512:
      Kernels512.attend(o, outputs: outputs, outputRow: outputRow, maxima: maxima, sums: sums)
    }
  }

  func attendBackward(_ o: AttentionOperands, _ g: AttentionGradients) {
    switch self {
    case .bits256: Kernels256.attendBackward(o, g)
    case .bits512: Kernels512.attendBackward(o, g)
    }
  }

  func activate(
    _ count: Int, gate: UnsafePointer<Float>, up: UnsafePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) -> Int {
    switch self {
    case .bits256: Kernels256.activate(count, gate: gate, up: up, into: out)
    case .bits512: Kernels512.activate(count, gate: gate, up: up, into: out)
    }
  }

  func activateBackward(
    _ count: Int, dy: UnsafePointer<Float>, gate: UnsafePointer<Float>, up: UnsafePointer<Float>,
    dGate: UnsafeMutablePointer<Float>, dUp: UnsafeMutablePointer<Float>
  ) -> Int {
    switch self {
    case .bits256:
      Kernels256.activateBackward(count, dy: dy, gate: gate, up: up, dGate: dGate, dUp: dUp)
    case .bits512:
      Kernels512.activateBackward(count, dy: dy, gate: gate, up: up, dGate: dGate, dUp: dUp)
    }
  }
}
