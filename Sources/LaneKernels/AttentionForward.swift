/// Causal attention, a query a lane: `softmax(scale · q·k) · v`.
///
/// Keys and values are read in place, one component at a time for all lanes, and nothing is ever
/// summed across lanes: maxima, sums and outputs of all rows are carried from tile to tile of keys
/// lane by lane. Scores are kept in units of ln 2. Sums over very many keys are set aside after every
/// `AttentionBlocks.settledKeys`, so that long sums keep their accuracy.
///
/// - Parameters:
///   - o: at most `AttentionBlocks.rows` rows. A run that is not the last ends at a multiple of
///     `AttentionBlocks.keys`.
///   - outputs: `[rows, width]`, rows `outputRow` apart, overwritten after the last run.
///   - maxima, sums: `[rows]`, overwritten: `log₂ Σ exp z = maximum + log₂ sum`.
@inlinable @inline(__always)
public func attend<V: FloatLanes, let tileRows: Int>(
  _: V.Type, _ tile: TileRows<tileRows>, _ o: AttentionOperands,
  outputs: UnsafeMutablePointer<Float>, outputRow: Int, maxima: UnsafeMutablePointer<Float>,
  sums: UnsafeMutablePointer<Float>
) {
  let lanes = 2 &* V.scalarCount
  let groups = (o.rows &+ lanes &- 1) / lanes
  let scores = o.scratch
  let limits = scores + AttentionBlocks.keys &* lanes
  let shown = limits + 2 &* lanes
  let state = shown + 2 &* lanes
  // Of every group of lanes: queries, then outputs, maxima and sums, twice: those of the last keys, and
  // those set aside.
  let sumCount = (o.width &+ 2) &* lanes
  let size = o.width &* lanes &+ 2 &* sumCount
  fillEdge(limits: limits, shown: shown, lanes: lanes)
  for group in 0..<(o.run.lowerBound == 0 ? groups : 0) {
    beginGroup(o, first: group &* lanes, lanes: lanes, queries: state + group &* size)
  }
  let visible = o.firstVisible &+ o.rows
  let end = min(o.run.upperBound, visible)
  var start = o.run.lowerBound
  while start < end {
    if start > 0 && start % AttentionBlocks.settledKeys == 0 {
      for group in 0..<groups {
        settle(V.self, width: o.width, state + (group &* size &+ o.width &* lanes))
      }
    }
    for group in 0..<groups {
      // The key of the group's first row; later rows see more.
      let own = o.firstVisible &+ group &* lanes
      let last = min(own &+ lanes, end)
      let count = min(AttentionBlocks.keys, last &- start)
      if count <= 0 { continue }
      attendTile(
        V.self, tile, o, start: start, count: count, own: own, queries: state + group &* size,
        scores: scores, limits: limits, shown: shown)
    }
    start &+= AttentionBlocks.keys
  }
  for group in 0..<(end == visible ? groups : 0) {
    var out = state + (group &* size &+ o.width &* lanes)
    if visible > AttentionBlocks.settledKeys {
      settle(V.self, width: o.width, out)
      out += sumCount
    }
    let first = group &* lanes
    let count = min(lanes, o.rows &- first)
    let maximum = out + o.width &* lanes
    let sum = maximum + lanes
    for i in 0..<count {
      maxima[first &+ i] = maximum[i]
      sums[first &+ i] = sum[i]
      sum[i] = 1 / sum[i]
    }
    transposeOut(
      out, count: count, width: o.width, lanes: lanes, factors: sum,
      into: outputs + first &* outputRow, row: outputRow)
  }
}

/// Lays out the queries of a group of lanes, of which nothing has been summed up yet.
@inlinable @inline(__always)
func beginGroup(
  _ o: AttentionOperands, first: Int, lanes: Int, queries: UnsafeMutablePointer<Float>
) {
  transposeIn(
    o.queries + first &* o.queryRow, row: o.queryRow, count: min(lanes, o.rows &- first),
    width: o.width, lanes: lanes, factor: o.scale * logTwoOfE, into: queries)
  let sumCount = (o.width &+ 2) &* lanes
  let out = queries + o.width &* lanes
  out.update(repeating: 0, count: o.width &* lanes)
  (out + o.width &* lanes).update(repeating: -.infinity, count: lanes)
  (out + (o.width &+ 1) &* lanes).update(repeating: 0, count: lanes)
  (out + sumCount).update(from: out, count: sumCount)
}

/// Adds what a group of lanes has summed up to what is set aside behind it, on the scale of the present
/// maxima, and lets it begin anew.
///
/// The maxima stay, so that a lane that sees none of the keys to come remains finite.
@inlinable @inline(__always)
func settle<V: FloatLanes>(_: V.Type, width: Int, _ out: UnsafeMutablePointer<Float>) {
  let half = V.scalarCount
  let lanes = 2 &* half
  let maximum = out + width &* lanes
  let count = (width &+ 2) &* lanes
  var lane = 0
  while lane < lanes {
    let high = load(V.self, maximum + lane)
    let shrink = powerOfTwo(load(V.self, maximum + (count &+ lane)) - high)
    store(high, maximum + (count &+ lane))
    var row = 0
    while row < width &+ 2 {
      if row != width {
        let at = out + (row &* lanes &+ lane)
        store(load(V.self, at).addingProduct(load(V.self, at + count), shrink), at + count)
        store(V.zero, at)
      }
      row &+= 1
    }
    lane &+= half
  }
}

/// One group of lanes and one tile of keys.
///
/// - Parameters:
///   - start, count: the tile's keys.
///   - own: the key of the group's first row.
///   - queries: and behind them what the group has summed up.
@inlinable @inline(__always)
func attendTile<V: FloatLanes, let tileRows: Int>(
  _: V.Type, _ tile: TileRows<tileRows>, _ o: AttentionOperands, start: Int, count: Int,
  own: Int, queries: UnsafeMutablePointer<Float>, scores: UnsafeMutablePointer<Float>,
  limits: UnsafeMutablePointer<Float>, shown: UnsafeMutablePointer<Float>
) {
  let half = V.scalarCount
  let lanes = 2 &* V.scalarCount
  let out = queries + o.width &* lanes
  let maximum = out + o.width &* lanes
  let within = start &- o.run.lowerBound
  let keys = o.keys + within &* o.keyRow
  let carried = (load(V.self, maximum), load(V.self, maximum + half))
  var high = carried
  var j = 0
  while j < count {
    let at = scores + j &* lanes
    let key = keys + j &* o.keyRow
    let limit = limits + (lanes &- (start &+ j &- own))
    let isEdge = start &+ j &+ tileRows > own &+ 1
    if j &+ tileRows <= count {
      scoreTile(
        V.self, tile, width: o.width, keys: key, keyRow: o.keyRow, queries: queries, scores: at,
        isEdge: isEdge, limit: limit, unlimited: own &- start &- j, high0: &high.0,
        high1: &high.1)
      j &+= tileRows
    } else {
      scoreTile(
        V.self, TileRows<1>(), width: o.width, keys: key, keyRow: o.keyRow, queries: queries,
        scores: at, isEdge: isEdge, limit: limit, unlimited: own &- start &- j, high0: &high.0,
        high1: &high.1)
      j &+= 1
    }
  }
  store(high.0, maximum)
  store(high.1, maximum + half)
  let sums = weighTile(
    V.self, scores: scores, count: count, unlimited: own &+ 1 &- start,
    shown: shown + (lanes &- (start &- own)), high: high)
  carrySums(
    V.self, width: o.width, isFirst: start == 0, sums: sums, carried: carried, high: high,
    out: out)
  productColumns(
    V.self, tile, m: o.width, products: count, a: o.values + within &* o.valueRow, aRow: 1,
    aStep: o.valueRow, b: scores, bRow: lanes, accumulate: start > 0, c: out, cRow: lanes)
}

/// Turns a tile's scores into weights `2^(z − high)`, and returns their sums.
///
/// - Parameters:
///   - unlimited: up to this many of the keys are seen by every lane.
///   - shown: where the first key's window into the weights of what is shown begins.
@inlinable @inline(__always)
func weighTile<V: FloatLanes>(
  _: V.Type, scores: UnsafeMutablePointer<Float>, count: Int, unlimited: Int,
  shown: UnsafePointer<Float>, high: (V, V)
) -> (V, V) {
  let half = V.scalarCount
  let lanes = 2 &* V.scalarCount
  var (sum0, sum1) = (V.zero, V.zero)
  let whole = max(0, min(count, unlimited))
  var j = 0
  while j < whole {
    let at = scores + j &* lanes
    let p0 = powerOfTwo(load(V.self, at) - high.0)
    let p1 = powerOfTwo(load(V.self, at + half) - high.1)
    store(p0, at)
    store(p1, at + half)
    sum0 += p0
    sum1 += p1
    j &+= 1
  }
  while j < count {
    let at = scores + j &* lanes
    let edge = shown - j
    let p0 = powerOfTwo(load(V.self, at) - high.0) * load(V.self, edge)
    let p1 = powerOfTwo(load(V.self, at + half) - high.1) * load(V.self, edge + half)
    store(p0, at)
    store(p1, at + half)
    sum0 += p0
    sum1 += p1
    j &+= 1
  }
  return (sum0, sum1)
}

/// Adds a tile's sums to what has been summed, which goes onto the scale of the greater maximum.
///
/// - Parameter out: `[width, lanes]`, and behind it maxima and sums.
@inlinable @inline(__always)
func carrySums<V: FloatLanes>(
  _: V.Type, width: Int, isFirst: Bool, sums: (V, V), carried: (V, V), high: (V, V),
  out: UnsafeMutablePointer<Float>
) {
  let half = V.scalarCount
  let lanes = 2 &* V.scalarCount
  let sum = out + (width &+ 1) &* lanes
  if isFirst {
    store(sums.0, sum)
    store(sums.1, sum + half)
    return
  }
  let shrink0 = powerOfTwo(carried.0 - high.0)
  let shrink1 = powerOfTwo(carried.1 - high.1)
  store(sums.0.addingProduct(load(V.self, sum), shrink0), sum)
  store(sums.1.addingProduct(load(V.self, sum + half), shrink1), sum + half)
  var d = 0
  while d < width {
    let at = out + d &* lanes
    store(load(V.self, at) * shrink0, at)
    store(load(V.self, at + half) * shrink1, at + half)
    d &+= 1
  }
}

/// Scores of a few keys for all lanes, hidden beyond the edge, and the lanes' greatest so far.
///
/// - Parameters:
///   - limit: where the first key's window into the limits begins, used at the edge only.
///   - unlimited: up to this many of the keys are seen by every lane.
@inlinable @inline(never)
func scoreTile<V: FloatLanes, let rows: Int>(
  _: V.Type, _: TileRows<rows>, width: Int, keys: UnsafePointer<Float>, keyRow: Int,
  queries: UnsafePointer<Float>, scores: UnsafeMutablePointer<Float>, isEdge: Bool,
  limit: UnsafePointer<Float>, unlimited: Int, high0: inout V, high1: inout V
) {
  let half = V.scalarCount
  let lanes = 2 &* V.scalarCount
  var left = InlineArray<rows, V>(repeating: .zero)
  var right = InlineArray<rows, V>(repeating: .zero)
  multiplyTile(
    &left, &right, products: width, a: keys, aRow: keyRow, aStep: 1, b: queries, bRow: lanes)
  if isEdge {
    for i in 0..<rows where i > unlimited {
      left[unchecked: i] = V.lesser(left[unchecked: i], load(V.self, limit - i))
      right[unchecked: i] = V.lesser(right[unchecked: i], load(V.self, limit - i + half))
    }
  }
  for i in 0..<rows {
    high0 = V.greater(left[unchecked: i], high0)
    high1 = V.greater(right[unchecked: i], high1)
    store(left[unchecked: i], scores + i &* lanes)
    store(right[unchecked: i], scores + (i &* lanes &+ half))
  }
}
