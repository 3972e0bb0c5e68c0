import TensorKernels

/// Showing attention scores to those who watch.
extension TransformerPass {
  func observe(_ layer: Int, _ observation: AttentionObservation) {
    for row in observation.rows {
      guard let sequence = sequences.first(where: { $0.contains(row) }) else { continue }
      let visible = firstVisible(sequence.lowerBound) + row - sequence.lowerBound + 1
      let buffer = FloatStorage(count: visible)
      for head in 0..<configuration.queryHeads {
        fillScores(layer, head, sequence, row, buffer.view)
        let site = AttentionSite(layer: layer, head: head, row: row)
        buffer.view.withUnsafeMutableBuffer { scores in
          observation.visit(site, UnsafeBufferPointer(scores).span)
        }
      }
    }
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
