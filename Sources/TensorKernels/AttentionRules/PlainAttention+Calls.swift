import Foundation

/// What `Attention` hands over where another rule than causal softmax is asked for.
extension PlainAttention {
  func forward(
    _ attention: Attention, head: Int, rows: Range<Int>, queries: MatrixView,
    keyValues: KeyValueView, firstVisible: Int, output: MatrixView
  ) {
    let positions = rows.lowerBound + firstVisible..<rows.upperBound + firstVisible
    let weights = FloatStorage(count: widest(positions))
    defer { withExtendedLifetime(weights) {} }
    let column = head * attention.headWidth
    for row in rows {
      attend(
        attention, keyHead: attention.keyHead(of: head), seen: seen(from: firstVisible + row),
        query: queries.base + row * queries.stride + column, keyValues: keyValues,
        weights: weights.base, out: output.base + row * output.stride + column)
    }
  }

  func backward(
    _ attention: Attention, head: Int, rows: Range<Int>, queries: MatrixView,
    keyValues: KeyValueView, firstVisible: Int, dOutput: MatrixView, dQueries: MatrixView,
    keyGradients: KeyValueView?
  ) {
    let positions = rows.lowerBound + firstVisible..<rows.upperBound + firstVisible
    let most = widest(positions)
    let storage = FloatStorage(count: 2 * most)
    defer { withExtendedLifetime(storage) {} }
    let column = head * attention.headWidth
    for row in rows {
      attendBackward(
        attention, keyHead: attention.keyHead(of: head), seen: seen(from: firstVisible + row),
        query: queries.base + row * queries.stride + column, keyValues: keyValues,
        weights: storage.base, gradient: storage.base + most,
        dOut: dOutput.base + row * dOutput.stride + column,
        dQuery: dQueries.base + row * dQueries.stride + column, keyGradients: keyGradients,
        firstOwn: firstVisible)
    }
  }

  /// Rows of several branches in the heads that share a key head: what a branch sees is first put side
  /// by side, so that it comes out as one uninterrupted run would.
  func forward(
    _ attention: Attention, keyHead: Int, branches: Range<Int>, queries: MatrixView,
    keyValues: BranchedKeyValues, output: MatrixView
  ) {
    let width = attention.headWidth
    let group = attention.queryHeads / attention.keyValueHeads
    let seen = self.seen(from: keyValues.commonCount + keyValues.ownCount - 1)
    let storage = FloatStorage(count: seen.count * (2 * width + 1))
    defer { withExtendedLifetime(storage) {} }
    let keys = storage.view.slice(0, seen.count * width).matrix(rows: seen.count, columns: width)
    let values = storage.view.slice(seen.count * width, seen.count * width)
      .matrix(rows: seen.count, columns: width)
    let weights = storage.base + 2 * seen.count * width
    for branch in branches {
      keyValues.copy(seen, keyHead: keyHead, branch: branch, keys: keys, values: values)
      for head in keyHead * group..<(keyHead + 1) * group {
        attend(
          attention, keyHead: 0, seen: 0..<seen.count,
          query: queries.base + branch * queries.stride + head * width,
          keyValues: KeyValueView(keys: keys, values: values, headWidth: width), weights: weights,
          out: output.base + branch * output.stride + head * width)
      }
    }
  }

  /// Turns scores into `factor` times the gradient of `−log Σ_{j∈J} αⱼ`, and returns the distance itself.
  func alignment(
    _ z: UnsafeMutablePointer<Float>, count: Int, inside: [Int], factor: Float
  ) -> Double {
    let gradient = FloatStorage(count: count)
    defer { withExtendedLifetime(gradient) {} }
    let row = UnsafeMutableBufferPointer(start: z, count: count)
    normalizer.normalize(row)
    let mass = inside.reduce(0.0) { $0 + Double(z[$1]) }
    for position in inside { gradient.base[position] = Float(-Double(factor) / mass) }
    let slopes = UnsafeMutableBufferPointer(start: gradient.base, count: count)
    normalizer.backward(weights: UnsafeBufferPointer(row), gradient: slopes)
    z.update(from: gradient.base, count: count)
    return -log(mass)
  }
}
