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
  fillEdge(limits, shown, lanes: lanes)
  for group in 0..<(o.run.lowerBound == 0 ? groups : 0) {
    let q = state + group &* size
    let first = group &* lanes
    transposeIn(
      o.queries + first &* o.queryRow, o.queryRow, count: min(lanes, o.rows &- first),
      width: o.width, lanes: lanes, factor: o.scale * logTwoOfE, into: q)
    let out = q + o.width &* lanes
    out.update(repeating: 0, count: o.width &* lanes)
    (out + o.width &* lanes).update(repeating: -.infinity, count: lanes)
    (out + (o.width &+ 1) &* lanes).update(repeating: 0, count: lanes)
    (out + sumCount).update(from: out, count: sumCount)
  }
  let visible = o.firstVisible &+ o.rows
  let end = min(o.run.upperBound, visible)
  var start = o.run.lowerBound
  while start < end {
    if start > 0 && start % AttentionBlocks.settledKeys == 0 {
      for group in 0..<groups {
        settle(V.self, o.width, state + (group &* size &+ o.width &* lanes))
      }
    }
    for group in 0..<groups {
      // The key of the group's first row; later rows see more.
      let own = o.firstVisible &+ group &* lanes
      let last = min(own &+ lanes, end)
      let count = min(AttentionBlocks.keys, last &- start)
      if count <= 0 { continue }
      attendTile(
        V.self, tile, o, start, count, own, state + group &* size, scores, limits, shown)
    }
    start &+= AttentionBlocks.keys
  }
  for group in 0..<(end == visible ? groups : 0) {
    var out = state + (group &* size &+ o.width &* lanes)
    if visible > AttentionBlocks.settledKeys {
      settle(V.self, o.width, out)
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
      into: outputs + first &* outputRow, outputRow)
  }
}

/// Adds what a group of lanes has summed up to what is set aside behind it, on the scale of the present
/// maxima, and lets it begin anew.
///
/// The maxima stay, so that a lane that sees none of the keys to come remains finite.
@inlinable @inline(__always)
func settle<V: FloatLanes>(_: V.Type, _ width: Int, _ out: UnsafeMutablePointer<Float>) {
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
@inlinable @inline(__always)
func attendTile<V: FloatLanes, let tileRows: Int>(
  _: V.Type, _ tile: TileRows<tileRows>, _ o: AttentionOperands, _ start: Int, _ count: Int,
  _ own: Int, _ q: UnsafeMutablePointer<Float>, _ scores: UnsafeMutablePointer<Float>,
  _ limits: UnsafeMutablePointer<Float>, _ shown: UnsafeMutablePointer<Float>
) {
  let half = V.scalarCount
  let lanes = 2 &* V.scalarCount
  let out = q + o.width &* lanes
  let maximum = out + o.width &* lanes
  let sum = maximum + lanes
  let within = start &- o.run.lowerBound
  let keys = o.keys + within &* o.keyRow
  var (high0, high1) = (load(V.self, maximum), load(V.self, maximum + half))
  let (carried0, carried1) = (high0, high1)
  var j = 0
  while j < count {
    let at = scores + j &* lanes
    let key = keys + j &* o.keyRow
    let limit = limits + (lanes &- (start &+ j &- own))
    let isEdge = start &+ j &+ tileRows > own &+ 1
    if j &+ tileRows <= count {
      scoreTile(
        V.self, tile, o.width, key, o.keyRow, q, at, isEdge, limit, own &- start &- j, &high0,
        &high1)
      j &+= tileRows
    } else {
      scoreTile(
        V.self, TileRows<1>(), o.width, key, o.keyRow, q, at, isEdge, limit, own &- start &- j,
        &high0, &high1)
      j &+= 1
    }
  }
  store(high0, maximum)
  store(high1, maximum + half)
  var (sum0, sum1) = (V.zero, V.zero)
  let whole = max(0, min(count, own &+ 1 &- start))
  j = 0
  while j < whole {
    let at = scores + j &* lanes
    let p0 = powerOfTwo(load(V.self, at) - high0)
    let p1 = powerOfTwo(load(V.self, at + half) - high1)
    store(p0, at)
    store(p1, at + half)
    sum0 += p0
    sum1 += p1
    j &+= 1
  }
  while j < count {
    let at = scores + j &* lanes
    let edge = shown + (lanes &- (start &+ j &- own))
    let p0 = powerOfTwo(load(V.self, at) - high0) * load(V.self, edge)
    let p1 = powerOfTwo(load(V.self, at + half) - high1) * load(V.self, edge + half)
    store(p0, at)
    store(p1, at + half)
    sum0 += p0
    sum1 += p1
    j &+= 1
  }
  if start == 0 {
    store(sum0, sum)
    store(sum1, sum + half)
  } else {
    // What has been summed goes onto the scale of the greater maximum.
    let shrink0 = powerOfTwo(carried0 - high0)
    let shrink1 = powerOfTwo(carried1 - high1)
    store(sum0.addingProduct(load(V.self, sum), shrink0), sum)
    store(sum1.addingProduct(load(V.self, sum + half), shrink1), sum + half)
    var d = 0
    while d < o.width {
      let at = out + d &* lanes
      store(load(V.self, at) * shrink0, at)
      store(load(V.self, at + half) * shrink1, at + half)
      d &+= 1
    }
  }
  productColumns(
    V.self, tile, o.width, count, 1, o.values + within &* o.valueRow, 1, o.valueRow, scores, lanes,
    start > 0, out, lanes)
}

/// Scores of a few keys for all lanes, hidden beyond the edge, and the lanes' greatest so far.
///
/// - Parameters:
///   - limit: where the first key's window into the limits begins, used at the edge only.
///   - unlimited: up to this many of the keys are seen by every lane.
@inlinable @inline(never)
func scoreTile<V: FloatLanes, let rows: Int>(
  _: V.Type, _: TileRows<rows>, _ width: Int, _ keys: UnsafePointer<Float>, _ keyRow: Int,
  _ q: UnsafePointer<Float>, _ scores: UnsafeMutablePointer<Float>, _ isEdge: Bool,
  _ limit: UnsafePointer<Float>, _ unlimited: Int, _ high0: inout V, _ high1: inout V
) {
  let half = V.scalarCount
  let lanes = 2 &* V.scalarCount
  var left = InlineArray<rows, V>(repeating: .zero)
  var right = InlineArray<rows, V>(repeating: .zero)
  multiplyTile(&left, &right, width, keys, keyRow, 1, q, lanes)
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
