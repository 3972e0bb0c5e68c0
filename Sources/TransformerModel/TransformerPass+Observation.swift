import TensorKernels

/// Showing attention to those who watch.
extension TransformerPass {
  func observe(_ layer: Int, _ observation: AttentionObservation) {
    for row in observation.rows {
      guard let sequence = sequences.first(where: { $0.contains(row) }) else { continue }
      let visible = firstVisible(sequence.lowerBound) + row - sequence.lowerBound + 1
      let buffer = FloatStorage(count: visible)
      for head in 0..<configuration.queryHeads {
        fillScores(layer, head, sequence, row, buffer.view)
        let site = AttentionSite(layer: layer, head: head, row: row)
        observation.visit(site, ObservedAttention(scores: buffer.view.array))
        if let visitVectors = observation.visitVectors {
          visitVectors(site, vectors(layer, head, row))
        }
      }
    }
  }

  private func vectors(_ layer: Int, _ head: Int, _ row: Int) -> HeadVectors {
    let a = activations.layer(layer)
    let w = configuration.headWidth
    let columns = head * w..<(head + 1) * w
    return HeadVectors(
      query: a.queries.rows(row..<row + 1).columns(columns).array,
      output: a.attended.rows(row..<row + 1).columns(columns).array)
  }

  private func fillScores(
    _ layer: Int, _ head: Int, _ sequence: Range<Int>, _ row: Int, _ scores: FloatView
  ) {
    func fill(_ keyValues: KeyValueView, _ count: Int, _ part: FloatView) {
      let local = row - sequence.lowerBound
      attention.scores(
        head: head, row: local, queries: activations.layer(layer).queries.rows(sequence),
        keyValues: keyValues, firstVisible: count - local - 1, into: part)
    }
    let first = keyValues(layer, sequence)
    guard case .branched(_, let common, let own, let start) = source else {
      fill(first, scores.count, scores)
      return
    }
    if common > 0 { fill(first, common, scores.slice(0, common)) }
    fill(own.view(layer: layer, branch: row), start + 1, scores.slice(common, start + 1))
  }
}
