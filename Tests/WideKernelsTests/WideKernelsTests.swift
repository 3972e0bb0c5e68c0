import Foundation
import LaneKernels
import Randomness
import Testing
import WideKernels

/// Whether this processor runs what the module is compiled for.
private let isWide: Bool = {
  let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
  let words = Set(text.split(whereSeparator: \.isWhitespace))
  return ["f", "bw", "cd", "dq", "vl"].allSatisfy { words.contains("avx512" + Substring($0)) }
}()

struct WideKernelsTests {
  /// The source is that of `LaneKernels`, compiled with other instructions: every fused multiply-add
  /// rounds alike, so results are the same bit for bit.
  @Test(.enabled(if: isWide), arguments: [(40, 96, 33), (7, 45, 600), (64, 32, 128)])
  func productIsTheSameAsCompiledForAnyProcessor(_ shape: (m: Int, n: Int, k: Int)) {
    let (m, n, k) = shape
    var stream = RandomStream(seed: 41, label: "wide")
    var a = (0..<m * k).map { _ in Float(stream.normal()) }
    var b = (0..<k * n).map { _ in Float(stream.normal()) }
    var results = [[Float]](repeating: [Float](repeating: .nan, count: m * n), count: 2)
    var scratch = [Float](repeating: .nan, count: ProductBlocks.scratchCount)
    for index in 0..<2 {
      a.withUnsafeMutableBufferPointer { a in
        b.withUnsafeMutableBufferPointer { b in
          results[index].withUnsafeMutableBufferPointer { c in
            scratch.withUnsafeMutableBufferPointer { scratch in
              let operands = ProductOperands(
                m: m, n: n, k: k, alpha: 0.7, a: a.baseAddress!, aRow: k, aStep: 1,
                b: b.baseAddress!, bStep: n, bColumn: 1, isPacked: false, accumulate: false,
                c: c.baseAddress!, cRow: n, scratch: scratch.baseAddress!)
              if index == 0 {
                Kernels512.multiply(operands)
              } else {
                LaneKernels.multiply(SIMD16<Float>.self, TileRows<8>(), operands)
              }
            }
          }
        }
      }
    }
    let bits = results.map { $0.map { $0.bitPattern } }
    let isFinite = results[0].allSatisfy { $0.isFinite }
    #expect(bits[0] == bits[1])
    #expect(isFinite)
  }
}
