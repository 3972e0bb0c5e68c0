import TransformerModel

/// Where a model looks while it reads a question.
enum QuestionAttention {
  /// The attention that each position of a context gets from the rows of the direct prompt, averaged
  /// over rows, layers and heads, `[T]`.
  ///
  /// The session reads the prompt behind the context and forgets it again.
  static func overContext(_ run: MethodRun, _ source: ReadContext) throws -> [Double] {
    let prompt = run.problem.directPrompt
    let length = source.length
    var sum = [Double](repeating: 0, count: length)
    try observe(Array(prompt.indices), run, source) { _, attention in
      for index in 0..<length { sum[index] += attention[index] }
    }
    let c = source.session.model.configuration
    let rows = Double(prompt.count * c.layers * c.queryHeads)
    return sum.map { $0 / rows }
  }

  /// What `overContext` costs.
  static func overContextFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    costs.append(extent.directPrompt, after: extent.context, logits: .none, firstObserved: 0)
  }

  /// How the attention that the prompt's last row gives to some positions is shared among the heads:
  /// `[L][H]`, in sum 1.
  ///
  /// The session reads the prompt behind the context and forgets it again.
  static func shares(
    of positions: [Int], _ run: MethodRun, _ source: ReadContext
  ) throws -> [[Float]] {
    let c = source.session.model.configuration
    var masses = [[Double]](
      repeating: [Double](repeating: 0, count: c.queryHeads), count: c.layers)
    try observe([run.problem.directPrompt.count - 1], run, source) { site, attention in
      masses[site.layer][site.head] = positions.reduce(0) { $0 + attention[$1] }
    }
    let total = masses.reduce(0) { $0 + $1.reduce(0, +) }
    guard total > 0 else {
      // Nobody looks there, so nobody looks there more than others.
      let factor = 1 / Float(c.layers * c.queryHeads)
      return masses.map { $0.map { _ in factor } }
    }
    return masses.map { $0.map { Float($0 / total) } }
  }

  /// What `shares` costs.
  static func sharesFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    costs.append(
      extent.directPrompt, after: extent.context, logits: .none,
      firstObserved: extent.directPrompt - 1)
  }

  /// Shows the attention of rows of the direct prompt.
  private static func observe(
    _ rows: [Int], _ run: MethodRun, _ source: ReadContext,
    _ body: @escaping (AttentionSite, [Double]) -> Void
  ) throws {
    var isFinite = true
    source.session.append(
      run.problem.directPrompt, logits: .none,
      observing: AttentionObservation(rows: rows) { site, seen in
        if let attention = seen.shifted.attention {
          body(site, attention)
        } else {
          isFinite = false
        }
      })
    source.session.rewind(to: source.length)
    if !isFinite { throw NotFinite() }
  }
}
