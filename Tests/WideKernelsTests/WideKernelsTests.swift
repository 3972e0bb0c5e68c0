import Foundation
import LaneKernels
import Randomness
import TestTags
import Testing
import WideKernels

/// Whether this processor runs what the module is compiled for.
private let isWide: Bool = {
  let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
  let words = Set(text.split(whereSeparator: \.isWhitespace))
  return ["f", "bw", "cd", "dq", "vl"].allSatisfy { words.contains("avx512" + Substring($0)) }
}()

@Suite(.tags(.kernel)) struct WideKernelsTests {
  /// Every element is a chain of fused multiply-adds, in equal parts of at most `ProductBlocks.depth`:
  /// the same bits as one product after the other.
  ///
  /// Only the module's own functions are called: had this test the kernels compiled for itself, the
  /// linker would keep one of the two.
  @Test(.enabled(if: isWide), arguments: [(40, 96, 33), (7, 32, 600), (64, 64, 128)])
  func productIsThatOfOneAfterTheOther(_ shape: (m: Int, n: Int, k: Int)) {
    let (m, n, k) = shape
    var stream = RandomStream(seed: 41, label: "wide")
    var a = (0..<m * k).map { _ in Float(stream.normal()) }
    var b = (0..<k * n).map { _ in Float(stream.normal()) }
    var result = [Float](repeating: .nan, count: m * n)
    var scratch = [Float](repeating: .nan, count: ProductBlocks.scratchCount)
    a.withUnsafeMutableBufferPointer { a in
      b.withUnsafeMutableBufferPointer { b in
        result.withUnsafeMutableBufferPointer { c in
          scratch.withUnsafeMutableBufferPointer { scratch in
            Kernels512.multiply(
              ProductOperands(
                m: m, n: n, k: k, alpha: 0.7, a: a.baseAddress!, aRow: k, aStep: 1,
                b: b.baseAddress!, bStep: n, bColumn: 1, isPacked: false, accumulate: false,
                c: c.baseAddress!, cRow: n, scratch: scratch.baseAddress!))
          }
        }
      }
    }
    let parts = (k + ProductBlocks.depth - 1) / ProductBlocks.depth
    let part = (k + parts - 1) / parts
    var expected: [UInt32] = []
    for i in 0..<m {
      for j in 0..<n {
        var total: Float = 0
        for start in stride(from: 0, to: k, by: part) {
          var sum: Float = 0
          for p in start..<min(start + part, k) {
            sum = sum.addingProduct(a[i * k + p], b[p * n + j])
          }
          total = start == 0 ? sum * 0.7 : total.addingProduct(sum, 0.7)
        }
        expected.append(total.bitPattern)
      }
    }
    let bits = result.map { $0.bitPattern }
    #expect(bits == expected)
  }
}
