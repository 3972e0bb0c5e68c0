/// What the way back through attention reads and writes beside the operands.
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
  let projections = logSums + lanes
  let limits = projections + lanes
  let shown = limits + 2 &* lanes
  let pattern = shown + 2 &* lanes
  let dScores = pattern + AttentionBlocks.keys &* lanes
  if o.run.lowerBound == 0 {
    transposeIn(
      o.queries, o.queryRow, count: o.rows, width: o.width, lanes: lanes,
      factor: o.scale * logTwoOfE, into: q)
    transposeIn(
      g.dOutput, g.dOutputRow, count: o.rows, width: o.width, lanes: lanes, factor: 1, into: dOut)
    // Lanes without a row get the weight 2⁻¹²⁶ of nothing.
    logSums.update(repeating: .infinity, count: lanes)
    projections.update(repeating: 0, count: lanes)
    logSums.update(from: g.logSums, count: o.rows)
    projections.update(from: g.projections, count: o.rows)
    fillEdge(limits, shown, lanes: lanes)
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
      let edge = lanes &- (start &+ j &- own)
      let unlimited = own &- start &- j
      if j &+ tileRows <= count {
        gradientTile(
          V.self, tile, o, keys + j &* o.keyRow, values + j &* o.valueRow, q, dOut, pattern + at,
          dScores + at, limits + edge, unlimited, logSums)
        j &+= tileRows
      } else {
        gradientTile(
          V.self, TileRows<1>(), o, keys + j &* o.keyRow, values + j &* o.valueRow, q, dOut,
          pattern + at, dScores + at, limits + edge, unlimited, logSums)
        j &+= 1
      }
    }
    productColumns(
      V.self, tile, o.width, count, 1, keys, 1, o.keyRow, dScores, lanes, start > 0, dQ, lanes)
    if let dKeys = g.dKeys, let dValues = g.dValues, start >= g.firstOwn {
      let at = start &- g.firstOwn
      var d = 0
      while d < o.width {
        productColumns(
          V.self, tile, count, o.rows, 1, dScores, lanes, 1, o.queries + d, o.queryRow, true,
          dKeys + (at &* g.dKeyRow &+ d), g.dKeyRow)
        productColumns(
          V.self, tile, count, o.rows, 1, pattern, lanes, 1, g.dOutput + d, g.dOutputRow, true,
          dValues + (at &* g.dValueRow &+ d), g.dValueRow)
        d &+= lanes
      }
    }
    start &+= count
  }
  if end < visible { return }
  limits.update(repeating: 1, count: lanes)
  transposeOut(
    dQ, count: o.rows, width: o.width, lanes: lanes, factors: limits, into: g.dQueries, g.dQueryRow)
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
  _: V.Type, _: TileRows<rows>, _ o: AttentionOperands, _ keys: UnsafePointer<Float>,
  _ values: UnsafePointer<Float>, _ q: UnsafePointer<Float>, _ dOut: UnsafePointer<Float>,
  _ pattern: UnsafeMutablePointer<Float>, _ dScores: UnsafeMutablePointer<Float>,
  _ limit: UnsafePointer<Float>, _ unlimited: Int, _ logSums: UnsafePointer<Float>
) {
  let half = V.scalarCount
  let lanes = 2 &* V.scalarCount
  var left = InlineArray<rows, V>(repeating: .zero)
  var right = InlineArray<rows, V>(repeating: .zero)
  multiplyTile(&left, &right, o.width, keys, o.keyRow, 1, q, lanes)
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
  multiplyTile(&left, &right, o.width, values, o.valueRow, 1, dOut, lanes)
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
