import TensorKernels

/// Showing attention to those who watch.
extension TransformerPass {
  func observe(_ layer: Int, _ observation: AttentionObservation) {
    let normalizer = configuration.plan(layer).attention?.normalizer ?? Softmax()
    for row in observation.rows {
      guard let sequence = sequences.first(where: { $0.contains(row) }) else { continue }
      let position = firstVisible(sequence.lowerBound) + row - sequence.lowerBound
      let seen = attentions[layer].firstKey(of: position)..<position + 1
      let buffer = FloatStorage(count: seen.count)
      for head in 0..<configuration.queryHeads {
        fillScores(layer, head: head, sequence: sequence, row: row, seen: seen, into: buffer.view)
        let site = AttentionSite(layer: layer, head: head, row: row)
        observation.visit(
          site,
          ObservedAttention(
            firstKey: seen.lowerBound, scores: buffer.view.array, normalizer: normalizer))
        if let visitVectors = observation.visitVectors {
          visitVectors(site, vectors(site))
        }
      }
    }
  }

  private func vectors(_ site: AttentionSite) -> HeadVectors {
    let a = activations.layer(site.layer)
    let row = site.row..<site.row + 1
    let w = configuration.headWidth
    let columns = site.head * w..<(site.head + 1) * w
    return HeadVectors(
      query: a.queries.rows(row).columns(columns).array,
      output: a.attended.rows(row).columns(columns).array)
  }

  private func fillScores(
    _ layer: Int, head: Int, sequence: Range<Int>, row: Int, seen: Range<Int>,
    into scores: FloatView
  ) {
    func fill(_ keyValues: KeyValueView, _ part: Range<Int>, from first: Int) {
      attentions[layer].scores(
        head: head, row: row - sequence.lowerBound,
        queries: activations.layer(layer).queries.rows(sequence), keyValues: keyValues, seen: part,
        into: scores.slice(first, part.count))
    }
    let shared = keyValues(layer, sequence)
    guard case .branched(_, let common, let own, _) = source else {
      fill(shared, seen, from: 0)
      return
    }
    let part = seen.clamped(to: 0..<common)
    if !part.isEmpty { fill(shared, part, from: 0) }
    let owned = max(seen.lowerBound, common) - common..<seen.upperBound - common
    fill(own.view(layer: layer, branch: row), owned, from: part.count)
  }
}
