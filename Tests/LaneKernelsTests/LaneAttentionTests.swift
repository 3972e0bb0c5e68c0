import Foundation
import LaneKernels
import Randomness
import TestSupport
import TestTags
import Testing

/// Attention with vectors of two widths, forward and backward, with the keys in one run and in several.
@Suite(.tags(.kernel, .slow)) struct LaneAttentionTests {
  private struct Result {
    var output: [Float]
    var logSums: [Float]
    var dQueries: [Float]
    var dKeys: [Float]
    var dValues: [Float]
  }

  private struct Numbers {
    let q, k, v, dOut: [Float]
    let rows: Int
    let width: Int
    let behind: Int

    init(rows: Int, width: Int, behind: Int) {
      var stream = RandomStream(seed: 42, label: "attention").child(rows).child(behind)
      func normals(_ count: Int) -> [Float] { (0..<count).map { _ in Float(stream.normal()) } }
      (q, dOut) = (normals(rows * width), normals(rows * width))
      (k, v) = (normals((behind + rows) * width), normals((behind + rows) * width))
      (self.rows, self.width, self.behind) = (rows, width, behind)
    }
  }

  /// Runs the kernels, the backward pass a group of lanes at a time.
  private func run<V: FloatLanes, let tileRows: Int>(
    _ lanes: V.Type, _ tile: TileRows<tileRows>, _ n: Numbers, runs: [Range<Int>]
  ) -> Result {
    let keys = n.behind + n.rows
    var (q, k, v, dOut) = (n.q, n.k, n.v, n.dOut)
    var result = Result(
      output: [Float](repeating: .nan, count: q.count),
      logSums: [Float](repeating: .nan, count: n.rows),
      dQueries: [Float](repeating: .nan, count: q.count),
      dKeys: [Float](repeating: 0, count: k.count), dValues: [Float](repeating: 0, count: k.count))
    var sums = [Float](repeating: .nan, count: n.rows)
    var projections = sums
    var scratch = [Float](
      repeating: .nan,
      count: max(
        AttentionBlocks.forwardScratch(width: n.width),
        AttentionBlocks.backwardScratch(width: n.width)))
    let width = n.width
    func operands(
      _ rows: Range<Int>, _ run: Range<Int>, _ scratch: UnsafeMutablePointer<Float>
    ) -> AttentionOperands {
      AttentionOperands(
        rows: rows.count, width: width, firstVisible: n.behind + rows.lowerBound, scale: 0.3,
        queries: q.withUnsafeMutableBufferPointer { $0.baseAddress! + rows.lowerBound * width },
        queryRow: width, run: run,
        keys: k.withUnsafeMutableBufferPointer { $0.baseAddress! + run.lowerBound * width },
        keyRow: width,
        values: v.withUnsafeMutableBufferPointer { $0.baseAddress! + run.lowerBound * width },
        valueRow: width, scratch: scratch)
    }
    func base(_ x: inout [Float]) -> UnsafeMutablePointer<Float> {
      x.withUnsafeMutableBufferPointer { $0.baseAddress! }
    }
    let work = base(&scratch)
    for part in runs {
      attend(
        lanes, tile, operands(0..<n.rows, part, work), outputs: base(&result.output),
        outputRow: width, maxima: base(&result.logSums), sums: base(&sums))
    }
    // log₂ in the wide, so that the test adds no rounding of its own.
    for i in 0..<n.rows { result.logSums[i] += Float(log2(Double(sums[i]))) }
    for i in 0..<n.rows {
      projections[i] = (0..<width).reduce(0) {
        $0 + dOut[i * width + $1] * result.output[i * width + $1]
      }
    }
    let group = 2 * V.scalarCount
    for start in stride(from: 0, to: n.rows, by: group) {
      let rows = start..<min(start + group, n.rows)
      for part in runs where part.lowerBound < n.behind + rows.upperBound {
        attendBackward(
          lanes, tile, operands(rows, part, work),
          AttentionGradients(
            logSums: base(&result.logSums) + start, projections: base(&projections) + start,
            dOutput: base(&dOut) + start * width, dOutputRow: width,
            dQueries: base(&result.dQueries) + start * width, dQueryRow: width,
            dKeys: base(&result.dKeys), dKeyRow: width, dValues: base(&result.dValues),
            dValueRow: width, firstOwn: 0))
      }
    }
    withExtendedLifetime((q, k, v, dOut, sums, projections, scratch, keys)) {}
    return result
  }

  private func exact(_ n: Numbers) -> [[Double]] {
    let w = n.width
    var output = [Double](repeating: 0, count: n.q.count)
    var (logSums, dQ) = ([Double](), output)
    var dK = [Double](repeating: 0, count: n.k.count)
    var dV = dK
    for row in 0..<n.rows {
      let visible = n.behind + row + 1
      func inner(_ x: [Float], _ j: Int, _ y: [Float]) -> Double {
        (0..<w).reduce(0) { $0 + Double(x[j * w + $1]) * Double(y[row * w + $1]) }
      }
      let z = (0..<visible).map { 0.3 * inner(n.k, $0, n.q) }
      let pattern = Reference.softmax(z)
      logSums.append(Reference.logSumExp(z) / 0.693_147_180_559_945_3)
      let dPattern = (0..<visible).map { inner(n.v, $0, n.dOut) }
      let mean = zip(pattern, dPattern).reduce(0) { $0 + $1.0 * $1.1 }
      for j in 0..<visible {
        let dScore = pattern[j] * (dPattern[j] - mean) * 0.3
        for i in 0..<w {
          output[row * w + i] += pattern[j] * Double(n.v[j * w + i])
          dQ[row * w + i] += dScore * Double(n.k[j * w + i])
          dK[j * w + i] += dScore * Double(n.q[row * w + i])
          dV[j * w + i] += pattern[j] * Double(n.dOut[row * w + i])
        }
      }
    }
    return [output, logSums, dQ, dK, dV]
  }

  @Test(arguments: [(1, 0), (16, 0), (33, 5), (70, 64), (128, 131)])
  func agreesWithTheReference(_ shape: (rows: Int, behind: Int)) {
    let n = Numbers(rows: shape.rows, width: 32, behind: shape.behind)
    let all = n.behind + n.rows
    let expected = exact(n)
    let narrow = run(SIMD2<Float>.self, TileRows<6>(), n, runs: [0..<all])
    let short = run(SIMD4<Float>.self, TileRows<8>(), n, runs: [0..<all])
    for result in [narrow, short] {
      let found = [
        result.output, result.logSums, result.dQueries, result.dKeys, result.dValues,
      ]
      for (found, exact) in zip(found, expected) {
        // One key alone leaves the queries no gradient.
        if euclideanNorm(exact) < 1e-9 {
          let greatest = found.map { abs($0) }.max() ?? 0
          #expect(greatest < 1e-6)
        } else {
          #expect(relativeDistance(found, exact) < 2e-6)
        }
      }
    }
    guard all > 64 else { return }
    let cuts = stride(from: 0, to: all, by: 64).map { $0..<min($0 + 64, all) }
    let inRuns = run(SIMD4<Float>.self, TileRows<8>(), n, runs: cuts)
    #expect(sameBits(inRuns.output, short.output) && sameBits(inRuns.dQueries, short.dQueries))
    #expect(sameBits(inRuns.dKeys, short.dKeys) && sameBits(inRuns.dValues, short.dValues))
  }
}
