import TransformerModel

extension FLOPs {
  /// One gradient of a span of `count` tokens that starts behind `start` cached ones: forward with
  /// logits of every row, and backward to the weights in `targets`.
  ///
  /// Training keys or values needs `keyValues` to be recomputed.
  public func spanStep(
    _ count: Int, start: Int, keyValues: SpanKeyValues = .frozen, targets: GradientTargets = .query
  ) -> Count {
    step(count, after: start, computesKeys: keyValues == .recomputed, targets: targets)
  }

  /// The mean cost of a span step whose start is uniform over a context of `length` tokens.
  ///
  /// The cost is linear in the start, so the mean is that of the two ends, and it is whole.
  public func meanSpanStep(
    _ count: Int, length: Int, keyValues: SpanKeyValues = .frozen, targets: GradientTargets = .query
  ) -> Count {
    let last = length - 1 - count
    precondition(last >= 0, "a span and the token behind it must fit into the context")
    return
      (spanStep(count, start: 0, keyValues: keyValues, targets: targets)
      + spanStep(count, start: last, keyValues: keyValues, targets: targets)) / 2
  }

  /// One gradient of every parameter over a whole context of `length` tokens.
  public func fullStep(_ length: Int, targets: GradientTargets = .all) -> Count {
    step(length, after: 0, computesKeys: true, targets: targets)
  }

  /// What low-rank queries `W_Q + A·B` add to a step: `∂A = ∂W·Bᵀ`, `∂B = Aᵀ·∂W`, and the product
  /// `A·B` itself, in every layer.
  public func lowRankStep(rank: Int) -> Count {
    2 * 3 * layers * product(rank, configuration.queryWidth, configuration.width)
  }

  /// One gradient of an alignment of attention, over `count` tokens behind `length` cached ones of
  /// which those of `watched` are aligned: forward without logits, and backward from the top layer's
  /// scores.
  public func alignmentStep(
    _ count: Int, watched: [Int], after length: Int, targets: GradientTargets = .query
  ) -> Count {
    let forward = layers * layerForward(count, after: length, computesKeys: true)
    let last = configuration.layers - 1
    let backward = (0...last).reduce(into: Count(0)) { sum, layer in
      let isLowest = layer == 0 && !targets.contains(.embedding)
      let asksForKeys =
        !isLowest || !targets.isDisjoint(with: [.norms, .key, .value])
      sum += layerBackward(
        count, after: length, computesKeys: true, targets: targets, isLowest: isLowest,
        isSource: layer == last)
      for row in watched {
        // Scores again and dQ; and for own keys only, dK.
        let keys = 2 * Count(length + row + 1) + (asksForKeys ? Count(row + 1) : 0)
        sum += Count(configuration.queryWidth) * keys
      }
    }
    return 2 * (forward + backward)
  }

  private func step(
    _ rows: Int, after length: Int, computesKeys: Bool, targets: GradientTargets
  ) -> Count {
    let forward = layers * layerForward(rows, after: length, computesKeys: computesKeys)
    let heads: Count = targets.contains(.head) ? 3 : 2
    let upper = layerBackward(
      rows, after: length, computesKeys: computesKeys, targets: targets, isLowest: false)
    let lowest = layerBackward(
      rows, after: length, computesKeys: computesKeys, targets: targets,
      isLowest: !targets.contains(.embedding))
    return 2 * (forward + heads * head(rows) + (layers - 1) * upper + lowest)
  }

  /// One layer's way back. The lowest one ends at what trains: nothing below asks for a gradient; a
  /// source begins at its scores: nothing comes from above.
  private func layerBackward(
    _ rows: Int, after length: Int, computesKeys: Bool, targets: GradientTargets, isLowest: Bool,
    isSource: Bool = false
  ) -> Count {
    let c = configuration
    var sum: Count = 0
    let goesOn = !isLowest || targets.contains(.norms)
    let reachesProjections = goesOn || !targets.isDisjoint(with: [.query, .key, .value])
    if !isSource {
      let mlp = 3 * product(rows, c.mlpWidth, c.width)
      let output = product(rows, c.width, c.queryWidth)
      sum += targets.contains(.mlp) ? 2 * mlp : mlp
      if targets.contains(.output) { sum += output }
      if reachesProjections {
        sum += output
        // Scores again, dα and dQ.
        sum += 3 * Count(c.queryWidth) * pairs(rows, after: length)
        if computesKeys && (goesOn || !targets.isDisjoint(with: [.key, .value])) {
          sum += 2 * Count(c.queryWidth) * pairs(rows, after: 0)
        }
      }
    }
    if !reachesProjections { return sum }
    let query = product(rows, c.queryWidth, c.width)
    let key = product(rows, c.keyValueWidth, c.width)
    if targets.contains(.query) { sum += query }
    if targets.contains(.key) { sum += key }
    if targets.contains(.value) { sum += key }
    if goesOn { sum += computesKeys ? query + 2 * key : query }
    return sum
  }
}
