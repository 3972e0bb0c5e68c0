/// The kernel for any rule, written to be read: a row after the other, each with all scores of the keys
/// that it sees.
///
/// A row comes out the same bit for bit whichever rows are computed beside it.
final class PlainAttention: Sendable {
  let visibility: any KeyVisibility
  let normalizer: any AttentionNormalizer

  init(_ rule: AttentionRule) {
    visibility = rule.visibility
    normalizer = rule.normalizer
  }

  /// The positions of the keys that the row at `position` sees.
  func seen(from position: Int) -> Range<Int> {
    visibility.firstKey(of: position)..<position + 1
  }

  /// The greatest number of keys that one of the rows sees.
  func widest(_ positions: Range<Int>) -> Int {
    positions.reduce(1) { max($0, seen(from: $1).count) }
  }

  /// `out = Σⱼ αⱼ vⱼ` of one row, with room for α behind `weights`.
  ///
  /// - Parameters:
  ///   - seen: which of `keyValues` the row sees.
  ///   - query, out: `[w]`.
  func attend(
    _ attention: Attention, keyHead: Int, seen: Range<Int>, query: UnsafeMutablePointer<Float>,
    keyValues: KeyValueView, weights: UnsafeMutablePointer<Float>,
    out: UnsafeMutablePointer<Float>
  ) {
    fillWeights(
      attention, keyHead: keyHead, seen: seen, query: query, keyValues: keyValues, into: weights)
    let width = attention.headWidth
    keyValues.forEachRunOfValues(seen, head: keyHead, width: width) { run, values in
      gemm(
        .plain, m: 1, n: width, k: run.count,
        a: FloatRows(base: weights + (run.lowerBound - seen.lowerBound), stride: run.count),
        b: values, accumulate: run.lowerBound > seen.lowerBound,
        c: FloatRows(base: out, stride: width))
    }
  }

  /// α of one row.
  private func fillWeights(
    _ attention: Attention, keyHead: Int, seen: Range<Int>, query: UnsafeMutablePointer<Float>,
    keyValues: KeyValueView, into weights: UnsafeMutablePointer<Float>
  ) {
    attention.fillScores(
      keyHead: keyHead, seen: seen, query: query, keyValues: keyValues, into: weights)
    normalizer.normalize(UnsafeMutableBufferPointer(start: weights, count: seen.count))
  }

  /// The gradient of `attend` of one row.
  ///
  /// - Parameters:
  ///   - weights, gradient: room for α and dα of the row's keys.
  ///   - dOut: `[w]`.
  ///   - dQuery: `[w]`, overwritten.
  ///   - firstOwn: the position of the first key that has a gradient in `keyGradients`.
  func attendBackward(
    _ attention: Attention, keyHead: Int, seen: Range<Int>, query: UnsafeMutablePointer<Float>,
    keyValues: KeyValueView, weights: UnsafeMutablePointer<Float>,
    gradient: UnsafeMutablePointer<Float>, dOut: UnsafeMutablePointer<Float>,
    dQuery: UnsafeMutablePointer<Float>, keyGradients: KeyValueView?, firstOwn: Int
  ) {
    let width = attention.headWidth
    let first = seen.lowerBound
    fillWeights(
      attention, keyHead: keyHead, seen: seen, query: query, keyValues: keyValues, into: weights)
    keyValues.forEachRunOfValues(seen, head: keyHead, width: width) { run, values in
      gemm(
        .rightTransposed, m: 1, n: run.count, k: width, a: FloatRows(base: dOut, stride: width),
        b: values, accumulate: false,
        c: FloatRows(base: gradient + (run.lowerBound - first), stride: run.count))
    }
    if let dValues = keyGradients?.values.floats(from: 0, head: keyHead) {
      let from = max(first, firstOwn)
      addOuter(
        weights + (from - first), dOut, factor: 1, count: seen.upperBound - from, width: width,
        to: dValues.from(row: from - firstOwn))
    }
    normalizer.backward(
      weights: UnsafeBufferPointer(start: weights, count: seen.count),
      gradient: UnsafeMutableBufferPointer(start: gradient, count: seen.count))
    attention.scoreBackward(
      keyHead: keyHead, seen: seen, query: query, keyValues: keyValues, dScores: gradient,
      accumulate: false, dQuery: dQuery, dKeys: keyGradients?.keys.floats(from: 0, head: keyHead),
      firstOwn: firstOwn)
  }
}

/// `rows[j] += factor · x[j] · y` for `count` rows of `width` floats.
func addOuter(
  _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, factor: Float, count: Int, width: Int,
  to rows: FloatRows
) {
  for j in 0..<count {
    let slope = factor * x[j]
    let row = rows.from(row: j).base
    for i in 0..<width { row[i] += slope * y[i] }
  }
}

extension Attention {
  /// The key-value head of a query head.
  func keyHead(of head: Int) -> Int { head / (queryHeads / keyValueHeads) }

  /// `z` of one row.
  func fillScores(
    keyHead: Int, seen: Range<Int>, query: UnsafeMutablePointer<Float>, keyValues: KeyValueView,
    into scores: UnsafeMutablePointer<Float>
  ) {
    keyValues.forEachRunOfKeys(seen, head: keyHead, width: headWidth) { run, keys in
      gemm(
        .rightTransposed, m: 1, n: run.count, k: headWidth, scale: scale,
        a: FloatRows(base: query, stride: headWidth), b: keys, accumulate: false,
        c: FloatRows(base: scores + (run.lowerBound - seen.lowerBound), stride: run.count))
    }
  }

  /// Of one row `dq (+)= dz·K·scale` and, of keys from position `firstOwn` on, `dK += dzᵀ·q·scale`.
  func scoreBackward(
    keyHead: Int, seen: Range<Int>, query: UnsafeMutablePointer<Float>, keyValues: KeyValueView,
    dScores: UnsafeMutablePointer<Float>, accumulate: Bool, dQuery: UnsafeMutablePointer<Float>,
    dKeys: FloatRows?, firstOwn: Int
  ) {
    let first = seen.lowerBound
    keyValues.forEachRunOfKeys(seen, head: keyHead, width: headWidth) { run, keys in
      gemm(
        .plain, m: 1, n: headWidth, k: run.count, scale: scale,
        a: FloatRows(base: dScores + (run.lowerBound - first), stride: run.count), b: keys,
        accumulate: accumulate || run.lowerBound > first,
        c: FloatRows(base: dQuery, stride: headWidth))
    }
    if let dKeys {
      let from = max(first, firstOwn)
      addOuter(
        dScores + (from - first), query, factor: scale, count: seen.upperBound - from,
        width: headWidth, to: dKeys.from(row: from - firstOwn))
    }
  }
}
