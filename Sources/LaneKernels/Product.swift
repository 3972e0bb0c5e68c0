/// A matrix product `c = alpha · a · b (+ c)` as pointers and strides.
@frozen
public struct ProductOperands {
  public var m: Int
  public var n: Int
  public var k: Int
  public var alpha: Float
  /// Element (i, p) of a `[m, k]` lies at `i·aRow + p·aStep`; one of the two is 1.
  public var a: UnsafePointer<Float>
  public var aRow: Int
  public var aStep: Int
  /// Element (p, j) of b `[k, n]` lies at `p·bStep + j·bColumn`; one of the two is 1.
  public var b: UnsafePointer<Float>
  public var bStep: Int
  public var bColumn: Int
  /// Whether `b` holds what `ProductBlocks.pack` made of the whole of b instead.
  public var isPacked: Bool
  public var accumulate: Bool
  public var c: UnsafeMutablePointer<Float>
  public var cRow: Int
  /// At least `ProductBlocks.scratchCount` floats of the caller's own.
  public var scratch: UnsafeMutablePointer<Float>

  @inlinable
  public init(
    m: Int, n: Int, k: Int, alpha: Float, a: UnsafePointer<Float>, aRow: Int, aStep: Int,
    b: UnsafePointer<Float>, bStep: Int, bColumn: Int, isPacked: Bool, accumulate: Bool,
    c: UnsafeMutablePointer<Float>, cRow: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    self.m = m
    self.n = n
    self.k = k
    self.alpha = alpha
    self.a = a
    self.aRow = aRow
    self.aStep = aStep
    self.b = b
    self.bStep = bStep
    self.bColumn = bColumn
    self.isPacked = isPacked
    self.accumulate = accumulate
    self.c = c
    self.cRow = cRow
    self.scratch = scratch
  }
}

/// How a product is cut so that its parts stay in the caches: a panel of b (two vectors of columns,
/// `depth` rows) in the nearest, `columns` columns of b and `rows` rows of a in the next.
public enum ProductBlocks {
  @inlinable @inline(__always) public static var depth: Int { 256 }
  @inlinable @inline(__always) public static var columns: Int { 512 }
  @inlinable @inline(__always) public static var rows: Int { 128 }
  /// The greatest tile: 8 rows of 2 vectors of 16.
  @inlinable @inline(__always) static var tile: Int { 256 }

  /// Floats of scratch that a product needs.
  @inlinable
  public static var scratchCount: Int { depth * columns + tile + rows * depth }

  /// How many products are summed in registers: `k` in equal parts of at most `depth`.
  @inlinable @inline(__always)
  static func part(_ k: Int) -> Int {
    let parts = max(1, (k + depth - 1) / depth)
    return (k + parts - 1) / parts
  }

  /// Floats that b `[k, n]` takes when packed in panels of `panel` columns.
  @inlinable
  public static func packedCount(k: Int, n: Int, panel: Int) -> Int {
    (n + panel - 1) / panel * panel * k
  }
}

/// Lays out b `[k, n]` in panels of two vectors of columns, filled up with zeros, each read from
/// first to last as the product goes through it: `[part of k][panel][p][column]`.
@inlinable @inline(__always)
public func packRight<V: FloatLanes>(
  _: V.Type, k: Int, n: Int, _ b: UnsafePointer<Float>, step: Int, column: Int,
  into packed: UnsafeMutablePointer<Float>
) {
  let part = ProductBlocks.part(k)
  let panel = 2 &* V.scalarCount
  let padded = (n &+ panel &- 1) / panel &* panel
  var start = 0
  while start < k {
    let count = min(part, k &- start)
    packPart(
      V.self, rows: count, n: n, b + start &* step, step: step, column: column,
      into: packed + start &* padded)
    start &+= count
  }
}

/// Lays out as many rows of b `[k, n]` as a product sums in registers.
@inlinable @inline(__always)
func packPart<V: FloatLanes>(
  _: V.Type, rows count: Int, n: Int, _ b: UnsafePointer<Float>, step: Int, column: Int,
  into packed: UnsafeMutablePointer<Float>
) {
  let panel = 2 &* V.scalarCount
  var target = packed
  var j = 0
  while j < n {
    let source = b + j &* column
    let width = min(panel, n &- j)
    if width < panel {
      target.update(repeating: 0, count: count &* panel)
      for p in 0..<count {
        for i in 0..<width { target[p &* panel &+ i] = source[p &* step &+ i &* column] }
      }
    } else if column == 1 {
      var p = 0
      while p < count {
        let row = source + p &* step
        store(load(V.self, row), target + p &* panel)
        store(load(V.self, row + V.scalarCount), target + (p &* panel &+ V.scalarCount))
        p &+= 1
      }
    } else {
      var p = 0
      while p < count {
        let row = source + p &* step
        let to = target + p &* panel
        for i in 0..<2 &* V.scalarCount { to[i] = row[i &* column] }
        p &+= 1
      }
    }
    target += count &* panel
    j &+= panel
  }
}

/// `c = alpha · a · b (+ c)`.
///
/// Every element is summed in the same order whatever else is computed beside it: `k` in equal
/// parts, each a chain of fused multiply-adds, the parts added one behind the other.
@inlinable @inline(__always)
public func multiply<V: FloatLanes, let rows: Int>(
  _: V.Type, _ tile: TileRows<rows>, _ o: ProductOperands
) {
  let panel = 2 &* V.scalarCount
  let part = ProductBlocks.part(o.k)
  let rowBlock = ProductBlocks.rows / rows &* rows
  let columnBlock = o.isPacked ? max(o.n, 1) : ProductBlocks.columns
  let padded = (o.n &+ panel &- 1) / panel &* panel
  let packedRight = o.scratch
  let spare = packedRight + ProductBlocks.depth &* ProductBlocks.columns
  let packedLeft = spare + ProductBlocks.tile
  // Rows of a that lie as columns would be read a stride apart again for every panel of b.
  let packsLeft = o.aRow == 1 && o.n > panel
  var start = 0
  repeat {
    let count = min(part, o.k &- start)
    let accumulate = o.accumulate || start > 0
    var column = 0
    while column < o.n {
      let width = min(columnBlock, o.n &- column)
      let right: UnsafePointer<Float>
      if o.isPacked {
        right = o.b + start &* padded
      } else {
        packPart(
          V.self, rows: count, n: width, o.b + (start &* o.bStep &+ column &* o.bColumn),
          step: o.bStep, column: o.bColumn, into: packedRight)
        right = UnsafePointer(packedRight)
      }
      var row = 0
      while row < o.m {
        let height = min(rowBlock, o.m &- row)
        let left = o.a + (row &* o.aRow &+ start &* o.aStep)
        let c = o.c + (row &* o.cRow &+ column)
        if packsLeft {
          packLeft(tile, m: height, k: count, left, step: o.aStep, into: packedLeft)
        }
        multiplyBlock(
          V.self, tile, o, m: height, n: width, k: count,
          a: packsLeft ? UnsafePointer(packedLeft) : left, isPacked: packsLeft, panels: right,
          spare: spare, accumulate: accumulate, c: c)
        row &+= height
      }
      column &+= width
    }
    start &+= count
  } while start < o.k
}

/// Lays out a `[m, k]` whose rows are columns, `step` apart, tile by tile: `[tile][p][row]`. Rows behind
/// the last whole tile stay as wide as they are: `[p][row]`.
///
/// Two tiles at a time: together they take whole cache lines of a, and write in order.
@inlinable @inline(__always)
func packLeft<let rows: Int>(
  _ tile: TileRows<rows>, m: Int, k: Int, _ a: UnsafePointer<Float>, step: Int,
  into packed: UnsafeMutablePointer<Float>
) {
  let whole = m / rows &* rows
  var i = 0
  while i < whole {
    let isPair = i &+ 2 &* rows <= whole
    let target = packed + i &* k
    for p in 0..<k {
      let source = a + (p &* step &+ i)
      copyRows(tile, source, to: target + p &* rows)
      if isPair { copyRows(tile, source + rows, to: target + (k &+ p) &* rows) }
    }
    i &+= isPair ? 2 &* rows : rows
  }
  let height = m &- whole
  for p in 0..<k {
    let source = a + (p &* step &+ whole)
    let rest = packed + (whole &* k &+ p &* height)
    for r in 0..<height { rest[r] = source[r] }
  }
}

/// A tile's floats, in as few moves as there can be: the compiler would make one of each.
@inlinable @inline(__always)
func copyRows<let rows: Int>(
  _: TileRows<rows>, _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>
) {
  var r = 0
  while r &+ 8 <= rows {
    store(load(SIMD8<Float>.self, source + r), target + r)
    r &+= 8
  }
  while r &+ 2 <= rows {
    let pair = UnsafeRawPointer(source + r).loadUnaligned(as: SIMD2<Float>.self)
    UnsafeMutableRawPointer(target + r).storeBytes(of: pair, as: SIMD2<Float>.self)
    r &+= 2
  }
  if r < rows { target[r] = source[r] }
}

/// The product of a block of a with a part of b, panel by panel and tile by tile.
///
/// - Parameters:
///   - isPacked: whether a is what `packLeft` made of it.
///   - panels: what `packPart` made of b.
///   - spare: where tiles go that reach beyond the last column.
@inlinable @inline(__always)
func multiplyBlock<V: FloatLanes, let rows: Int>(
  _: V.Type, _ tile: TileRows<rows>, _ o: ProductOperands, m: Int, n: Int, k: Int,
  a: UnsafePointer<Float>, isPacked: Bool, panels: UnsafePointer<Float>,
  spare: UnsafeMutablePointer<Float>, accumulate: Bool, c: UnsafeMutablePointer<Float>
) {
  let whole = m / rows &* rows
  let panel = 2 &* V.scalarCount
  var j = 0
  while j < n {
    let b = panels + j &* k
    let isWhole = j &+ panel <= n
    var i = 0
    while i < m {
      let isTile = i &+ rows <= m
      var (left, aStep) = (a + i &* o.aRow, o.aStep)
      if isPacked {
        (left, aStep) =
          isTile ? (a + i &* k, rows) : (a + (whole &* k &+ i &- whole), m &- whole)
      }
      let target = isWhole ? c + (i &* o.cRow &+ j) : spare
      let cRow = isWhole ? o.cRow : panel
      let height = productRows(
        V.self, tile, m: m &- i, products: k, alpha: o.alpha, a: left, aRow: o.aRow, aStep: aStep,
        b: b, bRow: panel, accumulate: accumulate && isWhole, c: target, cRow: cRow)
      if !isWhole {
        for r in 0..<height {
          let at = c + ((i &+ r) &* o.cRow &+ j)
          for q in 0..<n &- j {
            at[q] = accumulate ? at[q] + spare[r &* panel &+ q] : spare[r &* panel &+ q]
          }
        }
      }
      i &+= height
    }
    j &+= panel
  }
}
