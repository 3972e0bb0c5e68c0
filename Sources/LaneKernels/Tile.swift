/// Adds `a · b` to the rows of a tile that is held in registers, two vectors a row.
///
/// - Parameters:
///   - k: how many products each element sums, in order, each one fused.
///   - a: element (i, p) lies at `i·aRow + p·aStep`.
///   - b: `[k, 2 vectors]`, rows `bRow` apart.
@inlinable @inline(__always)
func multiplyTile<V: FloatLanes, let rows: Int>(
  _ left: inout InlineArray<rows, V>, _ right: inout InlineArray<rows, V>, _ k: Int,
  _ a: UnsafePointer<Float>, _ aRow: Int, _ aStep: Int, _ b: UnsafePointer<Float>, _ bRow: Int
) {
  if aRow == 1 {
    multiplySteps(&left, &right, k, a, 1, aStep, b, bRow)
  } else {
    multiplySteps(&left, &right, k, a, aRow, aStep, b, bRow)
  }
}

@inlinable @inline(__always)
func multiplySteps<V: FloatLanes, let rows: Int>(
  _ left: inout InlineArray<rows, V>, _ right: inout InlineArray<rows, V>, _ k: Int,
  _ a: UnsafePointer<Float>, _ aRow: Int, _ aStep: Int, _ b: UnsafePointer<Float>, _ bRow: Int
) {
  var (a, b) = (a, b)
  var p = 0
  while p < k {
    let low = load(V.self, b)
    let high = load(V.self, b + V.scalarCount)
    for i in 0..<rows {
      let x = V(repeating: a[i &* aRow])
      left[unchecked: i] = left[unchecked: i].addingProduct(x, low)
      right[unchecked: i] = right[unchecked: i].addingProduct(x, high)
    }
    a += aStep
    b += bRow
    p &+= 1
  }
}

/// `c = alpha · a · b (+ c)` for one tile.
///
/// Out of line, as are the other tiles, so that nothing of the caller's takes registers from it.
@inlinable @inline(never)
func productTile<V: FloatLanes, let rows: Int>(
  _: V.Type, _: TileRows<rows>, _ k: Int, _ alpha: Float, _ a: UnsafePointer<Float>, _ aRow: Int,
  _ aStep: Int, _ b: UnsafePointer<Float>, _ bRow: Int, _ accumulate: Bool,
  _ c: UnsafeMutablePointer<Float>, _ cRow: Int
) {
  var left = InlineArray<rows, V>(repeating: .zero)
  var right = InlineArray<rows, V>(repeating: .zero)
  multiplyTile(&left, &right, k, a, aRow, aStep, b, bRow)
  let factor = V(repeating: alpha)
  if accumulate {
    for i in 0..<rows {
      let at = c + i &* cRow
      store(load(V.self, at).addingProduct(left[unchecked: i], factor), at)
      store(
        load(V.self, at + V.scalarCount).addingProduct(right[unchecked: i], factor),
        at + V.scalarCount)
    }
  } else {
    for i in 0..<rows {
      let at = c + i &* cRow
      store(left[unchecked: i] * factor, at)
      store(right[unchecked: i] * factor, at + V.scalarCount)
    }
  }
}

/// `c = alpha · a · b (+ c)` for all `m` rows of a, tile by tile, over two vectors of columns.
@inlinable @inline(__always)
func productColumns<V: FloatLanes, let rows: Int>(
  _: V.Type, _ tile: TileRows<rows>, _ m: Int, _ k: Int, _ alpha: Float,
  _ a: UnsafePointer<Float>, _ aRow: Int, _ aStep: Int, _ b: UnsafePointer<Float>, _ bRow: Int,
  _ accumulate: Bool, _ c: UnsafeMutablePointer<Float>, _ cRow: Int
) {
  var i = 0
  while i &+ rows <= m {
    productTile(
      V.self, tile, k, alpha, a + i &* aRow, aRow, aStep, b, bRow, accumulate, c + i &* cRow, cRow)
    i &+= rows
  }
  while i &+ 4 <= m {
    productTile(
      V.self, TileRows<4>(), k, alpha, a + i &* aRow, aRow, aStep, b, bRow, accumulate,
      c + i &* cRow, cRow)
    i &+= 4
  }
  while i < m {
    productTile(
      V.self, TileRows<1>(), k, alpha, a + i &* aRow, aRow, aStep, b, bRow, accumulate,
      c + i &* cRow, cRow)
    i &+= 1
  }
}
