import Randomness
import TensorKernels
import TestSupport
import TestTags
import Testing

@Suite(.tags(.kernel)) struct HeadTransformTests {
  /// What the transform is asked to do.
  struct Case: CustomTestStringConvertible {
    var width = 16
    var heads = 3
    var hasGain = true
    var hasRotary = true
    var hasScale = false
    /// Where the rows' angles start in the table.
    var rotaryStart = 0

    static let all: [Case] = [
      Case(), Case(hasGain: false), Case(hasRotary: false), Case(hasScale: true),
      Case(hasGain: false, hasRotary: false), Case(width: 2, heads: 1, hasScale: true),
      Case(width: 6, heads: 5, rotaryStart: 3), Case(width: 24, heads: 8, hasScale: true),
      Case(width: 34, heads: 2, rotaryStart: 1), Case(width: 128, heads: 1),
    ]

    var testDescription: String {
      "\(heads) heads of \(width), gain \(hasGain), rotary \(hasRotary), scale \(hasScale)"
    }

    let rows = 7
    let epsilon: Float = 0.01
    let theta = 1e4
    /// Far apart, backwards and repeated: positions are an argument, not an index.
    let positions: [Int32] = [0, 5, 5, 300, 17, 9999, 2, 16383, 1, 40]

    var raw: [Float] { numbers("raw", rows * heads * width) }
    var dOutput: [Float] { numbers("gradient", rows * heads * width) }
    var gain: [Float] { numbers("gain", width).map { 1 + 0.2 * $0 } }
    var scale: [Float] { numbers("scale", rows).map { 1.5 + 0.3 * $0 } }

    private func numbers(_ label: String, _ count: Int) -> [Float] {
      var stream = RandomStream(seed: 6, label: label).child(width).child(heads)
      return stream.normals(count)
    }

    var table: RotaryTable? {
      hasRotary
        ? RotaryTable(
          positions: positions,
          frequencies: RotaryTable.frequencies(headWidth: width, theta: theta)) : nil
    }

    func reference(raw: [Double], gain: [Double]) -> DoubleMatrix {
      Reference.heads(
        DoubleMatrix(rows: rows, columns: heads * width, raw), width: width,
        gain: hasGain ? gain : nil, epsilon: Double(epsilon),
        positions: hasRotary ? positions.dropFirst(rotaryStart).map(Int.init) : nil, theta: theta,
        rowScale: hasScale ? scale.map { [Double($0)] } : nil)
    }
  }

  @Test(arguments: Case.all)
  func forward(_ test: Case) {
    let transform = HeadTransform(headWidth: test.width, epsilon: test.epsilon)
    let columns = test.heads * test.width
    let raw = OwnedMatrix(rows: test.rows, columns: columns, gap: 6, test.raw)
    let expected = test.reference(
      raw: test.raw.map(Double.init), gain: test.gain.map(Double.init))
    let gain = FloatStorage(test.gain)
    let scale = FloatStorage(test.scale)
    let inverse = OwnedMatrix(rows: test.rows, columns: test.heads)

    // Heads side by side, as activations lie.
    let packed = FloatStorage(count: test.rows * columns)
    transform.forward(
      raw.view, gain: test.hasGain ? gain.view : nil, rotary: test.table,
      rotaryStart: test.rotaryStart, rowScale: test.hasScale ? scale.view.column : nil,
      into: packed.view,
      rowStride: columns, headStride: test.width, inverse: inverse.view)
    #expect(relativeDistance(packed.view.array, expected.values) < 5e-7)
    #expect(raw.gapsAreUntouched && raw.view.array == test.raw)

    // Heads apart, as a cache with room for more rows keeps them.
    let capacity = test.rows + 3
    let cache = FloatStorage(count: capacity * columns)
    transform.forward(
      raw.view, gain: test.hasGain ? gain.view : nil, rotary: test.table,
      rotaryStart: test.rotaryStart, rowScale: test.hasScale ? scale.view.column : nil,
      into: cache.view,
      rowStride: test.width, headStride: capacity * test.width, inverse: nil)
    for row in 0..<capacity {
      for head in 0..<test.heads {
        let kept = cache.view.slice((head * capacity + row) * test.width, test.width).array
        if row < test.rows {
          let same = packed.view.slice(row * columns + head * test.width, test.width).array
          #expect(sameBits(kept, same))
        } else {
          #expect(kept.allSatisfy { $0 == 0 })
        }
      }
    }
  }

  @Test(arguments: Case.all)
  func backward(_ test: Case) {
    let transform = HeadTransform(headWidth: test.width, epsilon: test.epsilon)
    let columns = test.heads * test.width
    let raw = OwnedMatrix(rows: test.rows, columns: columns, gap: 6, test.raw)
    let gain = FloatStorage(test.gain)
    let scale = FloatStorage(test.scale)
    let inverse = OwnedMatrix(rows: test.rows, columns: test.heads)
    let result = FloatStorage(count: test.rows * columns)
    transform.forward(
      raw.view, gain: test.hasGain ? gain.view : nil, rotary: test.table,
      rotaryStart: test.rotaryStart, rowScale: test.hasScale ? scale.view.column : nil,
      into: result.view,
      rowStride: columns, headStride: test.width, inverse: inverse.view)

    let dRaw = OwnedMatrix(rows: test.rows, columns: columns, gap: 2)
    let dGain = FloatStorage(count: test.width)
    dGain.view.fill(1)
    transform.backward(
      OwnedMatrix(rows: test.rows, columns: columns, test.dOutput).view, raw: raw.view,
      gain: test.hasGain ? gain.view : nil, rotary: test.table, rotaryStart: test.rotaryStart,
      rowScale: test.hasScale ? scale.view.column : nil, inverse: inverse.view, into: dRaw.view,
      dGain: dGain.view)
    #expect(dRaw.gapsAreUntouched)

    let x = test.raw.map(Double.init)
    let g = test.gain.map(Double.init)
    let weights = DoubleMatrix(rows: test.rows, columns: columns, test.dOutput)
    let stream = RandomStream(seed: 7, label: "directions")
    let rawError = gradientError(of: dRaw.view.array, at: x, stream: stream) {
      test.reference(raw: $0, gain: g).inner(weights)
    }
    #expect(rawError < 3e-6)
    let gainGradient = dGain.view.array.map { $0 - 1 }
    if test.hasGain {
      let gainError = gradientError(of: gainGradient, at: g, stream: stream) {
        test.reference(raw: x, gain: $0).inner(weights)
      }
      #expect(gainError < 3e-6)
    } else {
      #expect(gainGradient.allSatisfy { $0 == 0 })
    }
  }

  /// Rotary positions enter the score of a query and a key through their distance alone.
  @Test func scoresDependOnTheDistanceOnly() {
    var stream = RandomStream(seed: 8, label: "distance")
    let transform = HeadTransform(headWidth: 16, epsilon: 0)
    let pair = OwnedMatrix(rows: 2, columns: 16, stream.normals(32))
    func score(_ first: Int32, _ second: Int32) -> Double {
      let table = RotaryTable(
        positions: [first, second],
        frequencies: RotaryTable.frequencies(headWidth: 16, theta: 1e6))
      let rotated = FloatStorage(count: 32)
      transform.forward(
        pair.view, gain: nil, rotary: table, rotaryStart: 0, into: rotated.view, rowStride: 16,
        headStride: 16, inverse: nil)
      return (0..<16).reduce(0) {
        $0 + Double(rotated.view[$1]) * Double(rotated.view[16 + $1])
      }
    }
    let near = score(3, 10)
    #expect(abs(score(1003, 1010) - near) < 1e-3 * abs(near))
    #expect(abs(score(3, 11) - near) > 1e-2 * abs(near))
  }
}

extension FloatView {
  /// One float a row.
  fileprivate var column: MatrixView { matrix(rows: count, columns: 1) }
}
