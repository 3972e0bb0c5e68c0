import TensorKernels

/// What the forward and the backward pass both look up.
extension TransformerPass {
  /// Weight matrices of the projections of a layer, those that lie side by side and serve the same
  /// rows as one, with those rows and the columns of `projected` that they fill.
  func projections(
    _ layer: Int
  ) -> [(rows: Range<Int>, columns: Range<Int>, weight: WeightMatrix)] {
    let w = weights.layers[layer]
    let h = configuration.queryWidth
    let g = configuration.keyValueWidth
    let d = configuration.width
    let all = 0..<rows
    let asking = wanted(layer)
    if case .frozen = source { return [(asking, 0..<h, w.query.matrix(rows: h, columns: d))] }
    var parts: [(rows: Range<Int>, columns: Range<Int>, weight: WeightView)] = []
    for (view, rows, columns) in [
      (w.query, asking, 0..<h), (w.key, all, h..<h + g), (w.value, all, h + g..<h + 2 * g),
    ] {
      if let last = parts.last, last.rows == rows, let joined = last.weight.joined(with: view) {
        parts[parts.count - 1] = (rows, last.columns.lowerBound..<columns.upperBound, joined)
      } else {
        parts.append((rows, columns, view))
      }
    }
    return parts.map {
      ($0.rows, $0.columns, $0.weight.matrix(rows: $0.columns.count, columns: d))
    }
  }

  /// Where the keys and values of rows from `first` on go; nil where none are computed.
  ///
  /// Without a place of their own, values stay where they were projected, and keys go to the pass's
  /// own: in training, and where a cache in half precision has `settle` take them from there.
  func destination(
    _ layer: Int, _ first: Int
  ) -> (keys: FloatView, values: FloatView?, rowStride: Int, headStride: Int)? {
    switch source {
    case .frozen:
      return nil
    case .rows:
      return ownDestination(layer, first)
    case .appended(let cache, let start):
      guard let place = cache.destination(layer: layer, from: start + first) else {
        return ownDestination(layer, first)
      }
      return (place.keys, place.values, configuration.headWidth, cache.headStride)
    case .branched(_, _, let own, let start):
      guard
        let place = own.cache.destination(layer: layer, from: first * own.capacity + start)
      else { return nil }
      return (place.keys, place.values, own.branchStride, own.cache.headStride)
    }
  }

  private func ownDestination(
    _ layer: Int, _ first: Int
  ) -> (keys: FloatView, values: FloatView?, rowStride: Int, headStride: Int) {
    let keys = activations.layer(layer).keys
    return (
      keys.rows(first..<keys.rows).flattened, nil, configuration.keyValueWidth,
      configuration.headWidth
    )
  }

  /// Rounds the keys and values of `range` to the precision of the cache that is read, and puts them
  /// into it where that has not been done yet.
  func settle(_ layer: Int, _ range: Range<Int>) {
    switch source {
    case .appended(let cache, let start) where cache.precision != .float32:
      let a = activations.layer(layer)
      let first = configuration.queryWidth + configuration.keyValueWidth
      cache.store(
        layer: layer, from: start + range.lowerBound, keys: a.keys.rows(range),
        values: a.projected.rows(range).columns(first..<first + configuration.keyValueWidth))
    case .branched(let cache, _, let own, let start) where cache.precision != .float32:
      for branch in range {
        own.cache.round(
          layer: layer, token: branch * own.capacity + start, to: cache.precision)
      }
    default: break
    }
  }

  /// What the rows' branches attend to, their present token included; nil where there are none.
  func branchedKeyValues(_ layer: Int) -> BranchedKeyValues? {
    guard case .branched(let cache, let common, let own, let start) = source else { return nil }
    return BranchedKeyValues(
      common: cache.view(layer: layer), commonCount: common, own: own.view(layer: layer),
      branchStride: own.branchStride, ownCount: start + 1)
  }

  /// The keys and values of a sequence; of branches the common ones.
  func keyValues(_ layer: Int, _ sequence: Range<Int>) -> KeyValueView {
    switch source {
    case .rows:
      let a = activations.layer(layer)
      let w = configuration.headWidth
      let keys = a.keys.rows(sequence)
      let first = configuration.queryWidth + configuration.keyValueWidth
      let values = a.projected.rows(sequence).columns(
        first..<first + configuration.keyValueWidth)
      return KeyValueView(keys: keys, values: values, headWidth: w)
    case .appended(let cache, _), .frozen(let cache, _), .branched(let cache, _, _, _):
      return cache.view(layer: layer)
    }
  }

  /// How many keys come before the first row of a sequence.
  func firstVisible(_ sequenceStart: Int) -> Int {
    switch source {
    case .rows: 0
    case .appended(_, let start), .frozen(_, let start): start + sequenceStart
    case .branched(_, let common, _, let start): common + start
    }
  }

  /// The factors of `options` on the queries of `range`, or nil where there are none.
  func fillRowScale(_ layer: Int, _ range: Range<Int>) -> MatrixView? {
    let scale = configuration.plans.isEmpty ? nil : configuration.plans[layer].attention?.scale
    let scalesRule = scale.map { !($0 is PlainScale) } ?? false
    guard options.scalesQueries || scalesRule else { return nil }
    let learned = weights.layers[layer].scoreScale
    let factors = activations.rowScale.columns(0..<(learned?.count ?? 1))
    for sequence in sequences where sequence.overlaps(range) {
      for row in sequence.clamped(to: range) {
        let visible = visibleKeys(layer, row: row, in: sequence)
        let factor = options.factor(layer: layer, visible: visible)
        for head in 0..<factors.columns {
          factors[row, head] =
            scale.map { factor * $0.factor(visible: visible, learned: learned?[head] ?? 1) }
            ?? factor
        }
      }
    }
    return factors.rows(range)
  }

  /// Adds the gradient of a layer's learned score scale, once that of its scaled queries is known.
  func addScaleGradient(_ layer: Int, _ dQueries: MatrixView, to gradient: FloatView) {
    guard let scale = configuration.plan(layer).attention?.scale,
      let learned = weights.layers[layer].scoreScale
    else { return }
    let w = configuration.headWidth
    let queries = activations.layer(layer).queries
    for sequence in sequences {
      for row in sequence {
        let visible = visibleKeys(layer, row: row, in: sequence)
        for head in 0..<configuration.queryHeads {
          let factor = scale.factor(visible: visible, learned: learned[head])
          // A row that is multiplied by 0 weighs all keys alike, or sees only one.
          if factor == 0 { continue }
          let columns = head * w..<(head + 1) * w
          let product = VectorProduct.sum(
            dQueries.rows(row..<row + 1).columns(columns),
            queries.rows(row..<row + 1).columns(columns))
          gradient[head] += product / factor * scale.slope(visible: visible, learned: learned[head])
        }
      }
    }
  }

  /// How many keys a row of a sequence sees.
  private func visibleKeys(_ layer: Int, row: Int, in sequence: Range<Int>) -> Int {
    let position = firstVisible(sequence.lowerBound) + row - sequence.lowerBound
    return position + 1 - attentions[layer].firstKey(of: position)
  }

  func flat(_ matrix: MatrixView, _ range: Range<Int>) -> FloatView {
    matrix.rows(range).flattened
  }
}
