/// Adds `a · b` to the rows of a tile that is held in registers, two vectors a row.
///
/// - Parameters:
///   - products: how many each element sums, in order, each one fused.
///   - a: element (i, p) lies at `i·aRow + p·aStep`.
///   - b: `[k, 2 vectors]`, rows `bRow` apart.
@inlinable @inline(__always)
func multiplyTile<V: FloatLanes, let rows: Int>(
  _ left: inout InlineArray<rows, V>, _ right: inout InlineArray<rows, V>, products: Int,
  a: UnsafePointer<Float>, aRow: Int, aStep: Int, b: UnsafePointer<Float>, bRow: Int
) {
  if aRow == 1 {
    multiplySteps(
      &left, &right, products: products, a: a, aRow: 1, aStep: aStep, b: b, bRow: bRow)
  } else {
    multiplySteps(
      &left, &right, products: products, a: a, aRow: aRow, aStep: aStep, b: b, bRow: bRow)
  }
}

@inlinable @inline(__always)
func multiplySteps<V: FloatLanes, let rows: Int>(
  _ left: inout InlineArray<rows, V>, _ right: inout InlineArray<rows, V>, products: Int,
  a: UnsafePointer<Float>, aRow: Int, aStep: Int, b: UnsafePointer<Float>, bRow: Int
) {
  var (a, b) = (a, b)
  var p = 0
  while p < products {
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
  _: V.Type, _: TileRows<rows>, products: Int, alpha: Float, a: UnsafePointer<Float>, aRow: Int,
  aStep: Int, b: UnsafePointer<Float>, bRow: Int, accumulate: Bool,
  c: UnsafeMutablePointer<Float>, cRow: Int
) {
  var left = InlineArray<rows, V>(repeating: .zero)
  var right = InlineArray<rows, V>(repeating: .zero)
  multiplyTile(
    &left, &right, products: products, a: a, aRow: aRow, aStep: aStep, b: b, bRow: bRow)
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

/// `productTile` of as many of the `m` rows of a as a tile holds, of four, or of one; returns how many.
@inlinable @inline(__always)
func productRows<V: FloatLanes, let rows: Int>(
  _: V.Type, _ tile: TileRows<rows>, m: Int, products: Int, alpha: Float,
  a: UnsafePointer<Float>, aRow: Int, aStep: Int, b: UnsafePointer<Float>, bRow: Int,
  accumulate: Bool, c: UnsafeMutablePointer<Float>, cRow: Int
) -> Int {
  if m >= rows {
    productTile(
      V.self, tile, products: products, alpha: alpha, a: a, aRow: aRow, aStep: aStep, b: b,
      bRow: bRow, accumulate: accumulate, c: c, cRow: cRow)
    return rows
  }
  if m >= 4 {
    productTile(
      V.self, TileRows<4>(), products: products, alpha: alpha, a: a, aRow: aRow, aStep: aStep,
      b: b, bRow: bRow, accumulate: accumulate, c: c, cRow: cRow)
    return 4
  }
  productTile(
    V.self, TileRows<1>(), products: products, alpha: alpha, a: a, aRow: aRow, aStep: aStep,
    b: b, bRow: bRow, accumulate: accumulate, c: c, cRow: cRow)
  return 1
}

/// `c = a · b (+ c)` for all `m` rows of a, tile by tile, over two vectors of columns.
@inlinable @inline(__always)
func productColumns<V: FloatLanes, let rows: Int>(
  _: V.Type, _ tile: TileRows<rows>, m: Int, products: Int, a: UnsafePointer<Float>, aRow: Int,
  aStep: Int, b: UnsafePointer<Float>, bRow: Int, accumulate: Bool,
  c: UnsafeMutablePointer<Float>, cRow: Int
) {
  var i = 0
  while i < m {
    i &+= productRows(
      V.self, tile, m: m &- i, products: products, alpha: 1, a: a + i &* aRow, aRow: aRow,
      aStep: aStep, b: b, bRow: bRow, accumulate: accumulate, c: c + i &* cRow, cRow: cRow)
  }
}
