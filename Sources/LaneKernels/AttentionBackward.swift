/// What the backward pass of attention reads and writes beside the operands.
@frozen
public struct AttentionGradients {
  /// `[rows]`: `log₂ Σ exp z`, and `Σ dO ⊙ O`.
  public var logSums: UnsafePointer<Float>
  public var projections: UnsafePointer<Float>
  public var dOutput: UnsafePointer<Float>
  public var dOutputRow: Int
  /// Overwritten.
  public var dQueries: UnsafeMutablePointer<Float>
  public var dQueryRow: Int
  /// Gradients of keys and values from `firstOwn` on, added to; nil where none are wanted.
  public var dKeys: UnsafeMutablePointer<Float>?
  public var dKeyRow: Int
  public var dValues: UnsafeMutablePointer<Float>?
  public var dValueRow: Int
  public var firstOwn: Int

  @inlinable
  public init(
    logSums: UnsafePointer<Float>, projections: UnsafePointer<Float>,
    dOutput: UnsafePointer<Float>, dOutputRow: Int, dQueries: UnsafeMutablePointer<Float>,
    dQueryRow: Int, dKeys: UnsafeMutablePointer<Float>?, dKeyRow: Int,
    dValues: UnsafeMutablePointer<Float>?, dValueRow: Int, firstOwn: Int
  ) {
    self.logSums = logSums
    self.projections = projections
    self.dOutput = dOutput
    self.dOutputRow = dOutputRow
    self.dQueries = dQueries
    self.dQueryRow = dQueryRow
    self.dKeys = dKeys
    self.dKeyRow = dKeyRow
    self.dValues = dValues
    self.dValueRow = dValueRow
    self.firstOwn = firstOwn
  }
}

/// The gradient of `attend`, a query a lane, for at most two vectors of rows.
///
/// With `α` computed again from the log-sum-exp: `dα = V·dOᵀ`, `dz = α ⊙ (dα − Σ dO ⊙ O)·scale`,
/// `dQᵀ = Kᵀ·dz`, and of own keys `dV += α·dO`, `dK += dz·Q`.
@inlinable @inline(__always)
public func attendBackward<V: FloatLanes, let tileRows: Int>(
  _: V.Type, _ tile: TileRows<tileRows>, _ o: AttentionOperands, _ g: AttentionGradients
) {
  let lanes = 2 &* V.scalarCount
  let q = o.scratch
  let dOut = q + o.width &* lanes
  let dQ = dOut + o.width &* lanes
  let logSums = dQ + o.width &* lanes
  let limits = logSums + 2 &* lanes
  let shown = limits + 2 &* lanes
  let pattern = shown + 2 &* lanes
  let dScores = pattern + AttentionBlocks.keys &* lanes
  if o.run.lowerBound == 0 {
    beginLanes(o, g, queries: q, dOutput: dOut, logSums: logSums, lanes: lanes)
    fillEdge(limits: limits, shown: shown, lanes: lanes)
  }
  let own = o.firstVisible
  let visible = own &+ o.rows
  let end = min(o.run.upperBound, visible)
  var start = o.run.lowerBound
  while start < end {
    // A tile never straddles the start of the keys that get a gradient.
    let limit = g.dKeys != nil && start < g.firstOwn ? g.firstOwn : end
    let count = min(AttentionBlocks.keys, min(limit, end) &- start)
    let within = start &- o.run.lowerBound
    let keys = o.keys + within &* o.keyRow
    let values = o.values + within &* o.valueRow
    var j = 0
    while j < count {
      let at = j &* lanes
      let edge = limits + (lanes &- (start &+ j &- own))
      let unlimited = own &- start &- j
      if j &+ tileRows <= count {
        gradientTile(
          V.self, tile, o, keys: keys + j &* o.keyRow, values: values + j &* o.valueRow,
          queries: q, dOutput: dOut, pattern: pattern + at, dScores: dScores + at, limit: edge,
          unlimited: unlimited, logSums: logSums)
        j &+= tileRows
      } else {
        gradientTile(
          V.self, TileRows<1>(), o, keys: keys + j &* o.keyRow, values: values + j &* o.valueRow,
          queries: q, dOutput: dOut, pattern: pattern + at, dScores: dScores + at, limit: edge,
          unlimited: unlimited, logSums: logSums)
        j &+= 1
      }
    }
    productColumns(
      V.self, tile, m: o.width, products: count, a: keys, aRow: 1, aStep: o.keyRow, b: dScores,
      bRow: lanes, accumulate: start > 0, c: dQ, cRow: lanes)
    addKeyGradients(
      V.self, tile, o, g, start: start, count: count, pattern: pattern, dScores: dScores)
    start &+= count
  }
  if end < visible { return }
  limits.update(repeating: 1, count: lanes)
  transposeOut(
    dQ, count: o.rows, width: o.width, lanes: lanes, factors: limits, into: g.dQueries,
    row: g.dQueryRow)
}

/// Lays queries and output gradients out a row a lane, with the rows' log-sums and, behind those, their
/// projections.
@inlinable @inline(__always)
func beginLanes(
  _ o: AttentionOperands, _ g: AttentionGradients, queries: UnsafeMutablePointer<Float>,
  dOutput: UnsafeMutablePointer<Float>, logSums: UnsafeMutablePointer<Float>, lanes: Int
) {
  transposeIn(
    o.queries, row: o.queryRow, count: o.rows, width: o.width, lanes: lanes,
    factor: o.scale * logTwoOfE, into: queries)
  transposeIn(
    g.dOutput, row: g.dOutputRow, count: o.rows, width: o.width, lanes: lanes, factor: 1,
    into: dOutput)
  // Lanes without a row get the weight 2⁻¹²⁶ of nothing.
  logSums.update(repeating: .infinity, count: lanes)
  logSums.update(from: g.logSums, count: o.rows)
  let projections = logSums + lanes
  projections.update(repeating: 0, count: lanes)
  projections.update(from: g.projections, count: o.rows)
}

/// `dV += α·dO` and `dK += dz·Q` of a tile of keys, where they are wanted.
@inlinable @inline(__always)
func addKeyGradients<V: FloatLanes, let tileRows: Int>(
  _: V.Type, _ tile: TileRows<tileRows>, _ o: AttentionOperands, _ g: AttentionGradients,
  start: Int, count: Int, pattern: UnsafePointer<Float>, dScores: UnsafePointer<Float>
) {
  guard let dKeys = g.dKeys, let dValues = g.dValues, start >= g.firstOwn else { return }
  let lanes = 2 &* V.scalarCount
  let at = start &- g.firstOwn
  var d = 0
  while d < o.width {
    productColumns(
      V.self, tile, m: count, products: o.rows, a: dScores, aRow: lanes, aStep: 1,
      b: o.queries + d, bRow: o.queryRow, accumulate: true, c: dKeys + (at &* g.dKeyRow &+ d),
      cRow: g.dKeyRow)
    productColumns(
      V.self, tile, m: count, products: o.rows, a: pattern, aRow: lanes, aStep: 1,
      b: g.dOutput + d, bRow: g.dOutputRow, accumulate: true,
      c: dValues + (at &* g.dValueRow &+ d), cRow: g.dValueRow)
    d &+= lanes
  }
}

/// `α` and `dz` of a few keys for all lanes.
///
/// - Parameters:
///   - limit: where the first key's window into the limits begins; that into the weights of what is
///     shown lies two tiles behind.
///   - unlimited: up to this many of the keys are seen by every lane.
///   - logSums: the lanes' `log₂ Σ exp z`, and behind them their projections.
@inlinable @inline(never)
func gradientTile<V: FloatLanes, let rows: Int>(
  _: V.Type, _: TileRows<rows>, _ o: AttentionOperands, keys: UnsafePointer<Float>,
  values: UnsafePointer<Float>, queries: UnsafePointer<Float>, dOutput: UnsafePointer<Float>,
  pattern: UnsafeMutablePointer<Float>, dScores: UnsafeMutablePointer<Float>,
  limit: UnsafePointer<Float>, unlimited: Int, logSums: UnsafePointer<Float>
) {
  let half = V.scalarCount
  let lanes = 2 &* V.scalarCount
  var left = InlineArray<rows, V>(repeating: .zero)
  var right = InlineArray<rows, V>(repeating: .zero)
  multiplyTile(
    &left, &right, products: o.width, a: keys, aRow: o.keyRow, aStep: 1, b: queries, bRow: lanes)
  if rows > unlimited &+ 1 {
    for i in 0..<rows where i > unlimited {
      left[unchecked: i] = V.lesser(left[unchecked: i], load(V.self, limit - i))
      right[unchecked: i] = V.lesser(right[unchecked: i], load(V.self, limit - i + half))
    }
  }
  let (logSum0, logSum1) = (load(V.self, logSums), load(V.self, logSums + half))
  for i in 0..<rows {
    store(powerOfTwo(left[unchecked: i] - logSum0), pattern + i &* lanes)
    store(powerOfTwo(right[unchecked: i] - logSum1), pattern + (i &* lanes &+ half))
    left[unchecked: i] = .zero
    right[unchecked: i] = .zero
  }
  if rows > unlimited &+ 1 {
    let shown = limit + 2 &* lanes
    for i in 0..<rows where i > unlimited {
      let at = pattern + i &* lanes
      store(load(V.self, at) * load(V.self, shown - i), at)
      store(load(V.self, at + half) * load(V.self, shown - i + half), at + half)
    }
  }
  multiplyTile(
    &left, &right, products: o.width, a: values, aRow: o.valueRow, aStep: 1, b: dOutput,
    bRow: lanes)
  let factor = V(repeating: o.scale)
  let projections = logSums + lanes
  let (project0, project1) = (load(V.self, projections), load(V.self, projections + half))
  for i in 0..<rows {
    let p0 = load(V.self, pattern + i &* lanes) * factor
    let p1 = load(V.self, pattern + (i &* lanes &+ half)) * factor
    store(p0 * (left[unchecked: i] - project0), dScores + i &* lanes)
    store(p1 * (right[unchecked: i] - project1), dScores + (i &* lanes &+ half))
  }
}
