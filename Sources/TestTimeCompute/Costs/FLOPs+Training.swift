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

  /// The mean cost of a span step whose start is uniform over a context of `length` tokens, rounded
  /// down; of causal attention, whose cost is linear in the start, it is whole.
  public func meanSpanStep(
    _ count: Int, length: Int, keyValues: SpanKeyValues = .frozen, targets: GradientTargets = .query
  ) -> Count {
    let starts = length - count
    precondition(starts >= 1, "a span and the token behind it must fit into the context")
    let walk = StepWalk(configuration, targets)
    let computesKeys = keyValues == .recomputed
    let first = stepAttention(walk, computesKeys: computesKeys) { layer, _ in
      pairs(layer, count, after: 0)
    }
    let all = stepAttention(walk, computesKeys: computesKeys) { layer, own in
      spanPairs(layer, count, starts: starts, own: own)
    }
    return spanStep(count, start: 0, keyValues: keyValues, targets: targets) - 2 * first
      + 2 * all / Count(starts)
  }

  /// The sum of a layer's pairs over spans that begin at 0, 1, … `starts − 1`.
  func spanPairs(_ layer: Int, _ count: Int, starts: Int, own: Bool = false) -> Count {
    let visibility = configuration.plan(layer).attention?.visibility
    return visibility?.spanPairs(count, starts: starts, own: own) ?? 0
  }

  /// The part of a step that depends on how many pairs each layer has, of all keys and of own ones.
  private func stepAttention(
    _ walk: StepWalk, computesKeys: Bool, _ pairs: (_ layer: Int, _ own: Bool) -> Count
  ) -> Count {
    (0..<configuration.layers).reduce(0) { sum, layer in
      // Scores and output forward; scores again, dα and dQ; and for own keys only, dK and dV.
      let wanted = (walk.reachesProjections(layer) ? 5 : 2) * pairs(layer, false)
      let own = computesKeys && walk.reachesKeys(layer) ? 2 * pairs(layer, true) : 0
      return sum + Count(configuration.queryWidth) * (wanted + own)
    }
  }

  /// One gradient of every parameter over a whole context of `length` tokens.
  public func fullStep(_ length: Int, targets: GradientTargets = .all) -> Count {
    step(length, after: 0, computesKeys: true, targets: targets)
  }

  /// What low-rank queries `W_Q + A·B` add to a step: `∂A = ∂W·Bᵀ`, `∂B = Aᵀ·∂W`, and the product
  /// `A·B` itself, in every layer.
  public func lowRankStep(rank: Int) -> Count {
    2 * 3
      * sum(over: 0..<configuration.layers) {
        attends($0) ? product(rank, configuration.queryWidth, configuration.width) : 0
      }
  }

  /// One gradient of an alignment of attention, over `count` tokens behind `length` cached ones of
  /// which those of `watched` are aligned: forward without logits, and backward from the top layer's
  /// scores.
  public func alignmentStep(
    _ count: Int, watched: [Int], after length: Int, targets: GradientTargets = .query
  ) -> Count {
    let all = configuration.layers
    let forward = sum(over: 0..<all) { layerForward($0, count, after: length, computesKeys: true) }
    let top = (0..<all).last { attends($0) } ?? 0
    let walk = StepWalk(configuration, targets, top: top)
    let backward = (0...top).reduce(into: Count(0)) { sum, layer in
      if layer >= walk.lowest {
        sum += layerBackward(
          layer, count, after: length, computesKeys: true, walk, isSource: layer == top)
      }
      for row in watched {
        // Scores again and dQ; and for own keys only, dK.
        let keys =
          2 * pairs(layer, 1, after: length + row)
          + (walk.reachesKeys(layer) ? pairs(layer, 1, after: length + row, from: length) : 0)
        sum += Count(configuration.queryWidth) * keys
      }
    }
    return 2 * (forward + backward)
  }

  private func step(
    _ rows: Int, after length: Int, computesKeys: Bool, targets: GradientTargets
  ) -> Count {
    let all = configuration.layers
    let forward = sum(over: 0..<all) {
      layerForward($0, rows, after: length, computesKeys: computesKeys)
    }
    let heads: Count = targets.contains(.head) ? 3 : 2
    let walk = StepWalk(configuration, targets)
    let backward = (walk.lowest..<all).reduce(Count(0)) { sum, layer in
      sum + layerBackward(layer, rows, after: length, computesKeys: computesKeys, walk)
    }
    return 2 * (forward + heads * head(rows) + backward)
  }

  /// One layer's backward pass. The lowest one ends at what trains: nothing below asks for a gradient; a
  /// source begins at its scores: nothing comes from above.
  private func layerBackward(
    _ layer: Int, _ rows: Int, after length: Int, computesKeys: Bool, _ walk: StepWalk,
    isSource: Bool = false
  ) -> Count {
    let c = configuration
    let plan = c.plan(layer)
    var sum: Count = 0
    let targets = walk.targets.kinds(in: layer)
    if !isSource && plan.hasMLP {
      let mlp = 3 * product(rows, c.mlpWidth, c.width)
      sum += targets.contains(.mlp) ? 2 * mlp : mlp
    }
    if plan.attention == nil { return sum }
    if !isSource {
      let output = product(rows, c.width, c.queryWidth)
      if targets.contains(.output) { sum += output }
      if walk.reachesProjections(layer) {
        sum += output
        // Scores again, dα and dQ.
        sum += 3 * Count(c.queryWidth) * pairs(layer, rows, after: length)
        if computesKeys && walk.reachesKeys(layer) {
          sum += 2 * Count(c.queryWidth) * pairs(layer, rows, after: length, from: length)
        }
      }
    }
    if !walk.reachesProjections(layer) { return sum }
    let query = product(rows, c.queryWidth, c.width)
    let key = product(rows, c.keyValueWidth, c.width)
    if targets.contains(.query) { sum += query }
    if targets.contains(.key) { sum += key }
    if targets.contains(.value) { sum += key }
    if walk.goesBelow(layer) { sum += computesKeys ? query + 2 * key : query }
    return sum
  }
}

/// How far down the backward pass goes for what trains.
private struct StepWalk {
  let targets: GradientTargets
  /// The lowest layer that is walked through.
  let lowest: Int

  init(_ configuration: ModelConfiguration, _ targets: GradientTargets, top: Int = .max) {
    self.targets = targets
    lowest = min(targets.lowest(of: configuration.layers), top)
  }

  /// Whether a gradient is formed of what enters the layer.
  func goesBelow(_ layer: Int) -> Bool {
    layer > lowest || layer == lowest && targets.contains(.embedding)
      || layer >= lowest && targets.kinds(in: layer).contains(.norms)
  }

  func reachesProjections(_ layer: Int) -> Bool {
    goesBelow(layer)
      || !targets.kinds(in: layer).isDisjoint(with: [.query, .key, .value, .scales])
  }

  func reachesKeys(_ layer: Int) -> Bool {
    goesBelow(layer) || !targets.kinds(in: layer).isDisjoint(with: [.key, .value])
  }
}
