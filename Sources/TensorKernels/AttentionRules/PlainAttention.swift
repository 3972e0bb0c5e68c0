import COpenBLAS

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
    _ attention: Attention, keyHead: Int, seen: Range<Int>, query: UnsafePointer<Float>,
    keyValues: KeyValueView, weights: UnsafeMutablePointer<Float>,
    out: UnsafeMutablePointer<Float>
  ) {
    fillWeights(
      attention, keyHead: keyHead, seen: seen, query: query, keyValues: keyValues, into: weights)
    let width = attention.headWidth
    keyValues.forEachRun(of: .values, seen, head: keyHead, width: width) { run, values in
      gemm(
        CblasNoTrans, CblasNoTrans, 1, width, run.count, 1,
        weights + (run.lowerBound - seen.lowerBound),
        run.count, values.base, values.stride, run.lowerBound == seen.lowerBound ? 0 : 1, out, width
      )
    }
  }

  /// α of one row.
  private func fillWeights(
    _ attention: Attention, keyHead: Int, seen: Range<Int>, query: UnsafePointer<Float>,
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
  ///   - own: the position of the first key that has a gradient in `keyGradients`.
  func attendBackward(
    _ attention: Attention, keyHead: Int, seen: Range<Int>, query: UnsafePointer<Float>,
    keyValues: KeyValueView, weights: UnsafeMutablePointer<Float>,
    gradient: UnsafeMutablePointer<Float>, dOut: UnsafePointer<Float>,
    dQuery: UnsafeMutablePointer<Float>, keyGradients: KeyValueView?, own: Int
  ) {
    let width = attention.headWidth
    let first = seen.lowerBound
    fillWeights(
      attention, keyHead: keyHead, seen: seen, query: query, keyValues: keyValues, into: weights)
    keyValues.forEachRun(of: .values, seen, head: keyHead, width: width) { run, values in
      gemm(
        CblasNoTrans, CblasTrans, 1, run.count, width, 1, dOut, width, values.base, values.stride,
        0,
        gradient + (run.lowerBound - first), run.count)
    }
    if let keyGradients {
      let from = max(first, own)
      addOuter(
        weights + (from - first), dOut, factor: 1, count: seen.upperBound - from, width: width,
        to: keyGradients.value(from - own, head: keyHead), stride: keyGradients.valueRowStride)
    }
    normalizer.backward(
      weights: UnsafeBufferPointer(start: weights, count: seen.count),
      gradient: UnsafeMutableBufferPointer(start: gradient, count: seen.count))
    backward(
      attention, keyHead: keyHead, seen: seen, query: query, keyValues: keyValues,
      dScores: gradient,
      accumulate: false, dQuery: dQuery,
      dKeys: keyGradients.map { ($0.key(max(first, own) - own, head: keyHead), $0.keyRowStride) },
      own: own)
  }

  /// `dq (+)= dz·K·scale` and, of keys from position `own` on, `dK += dzᵀ·q·scale`.
  func backward(
    _ attention: Attention, keyHead: Int, seen: Range<Int>, query: UnsafePointer<Float>,
    keyValues: KeyValueView, dScores: UnsafePointer<Float>, accumulate: Bool,
    dQuery: UnsafeMutablePointer<Float>,
    dKeys: (start: UnsafeMutablePointer<Float>, stride: Int)?, own: Int
  ) {
    let width = attention.headWidth
    let first = seen.lowerBound
    keyValues.forEachRun(of: .keys, seen, head: keyHead, width: width) { run, keys in
      gemm(
        CblasNoTrans, CblasNoTrans, 1, width, run.count, attention.scale,
        dScores + (run.lowerBound - first), run.count, keys.base, keys.stride,
        run.lowerBound == first && !accumulate ? 0 : 1, dQuery, width)
    }
    if let dKeys {
      let from = max(first, own)
      addOuter(
        dScores + (from - first), query, factor: attention.scale, count: seen.upperBound - from,
        width: width, to: dKeys.start, stride: dKeys.stride)
    }
  }
}

/// `rows[j] += factor · x[j] · y` for `count` rows of `width` floats that lie `stride` apart.
func addOuter(
  _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, factor: Float, count: Int, width: Int,
  to rows: UnsafeMutablePointer<Float>, stride: Int
) {
  for j in 0..<count {
    let slope = factor * x[j]
    let row = rows + j * stride
    for i in 0..<width { row[i] += slope * y[i] }
  }
}

extension Attention {
  /// The key-value head of a query head.
  func keyHead(of head: Int) -> Int { head / (queryHeads / keyValueHeads) }

  /// `z` of one row.
  func fillScores(
    keyHead: Int, seen: Range<Int>, query: UnsafePointer<Float>, keyValues: KeyValueView,
    into scores: UnsafeMutablePointer<Float>
  ) {
    keyValues.forEachRun(of: .keys, seen, head: keyHead, width: headWidth) { run, keys in
      gemm(
        CblasNoTrans, CblasTrans, 1, run.count, headWidth, scale, query, headWidth, keys.base,
        keys.stride, 0, scores + (run.lowerBound - seen.lowerBound), run.count)
    }
  }
}
