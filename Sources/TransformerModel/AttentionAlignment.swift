import TensorKernels

/// A loss on attention itself: how far the attention of some rows is from some positions, head by head.
///
/// The loss is `−Σ factor · log Σ_{j∈J} αⱼ` over rows, layers and heads.
public struct AttentionAlignment: Sendable {
  /// The rows of the pass, distinct.
  public var rows: [Int]
  /// J, where they are to look: distinct positions, none behind one of the rows. A row that a rule keeps from seeing
  /// some of them is drawn to the others, one that sees none is left alone.
  public var positions: [Int]
  /// The weight of every head, layer by layer, `[L][H]`; heads of weight 0 are left alone but cost as
  /// much.
  public var factors: [[Float]]

  public init(rows: [Int], positions: [Int], factors: [[Float]]) {
    precondition(Set(rows).count == rows.count, "a row stands twice")
    precondition(Set(positions).count == positions.count, "a position stands twice")
    self.rows = rows
    self.positions = positions
    self.factors = factors
  }

  /// All heads of a model alike; the loss is the mean over rows, layers and heads.
  public init(rows: [Int], positions: [Int], configuration c: ModelConfiguration) {
    let factor = 1 / Float(rows.count * c.layers * c.queryHeads)
    let heads = [Float](repeating: factor, count: c.queryHeads)
    self.init(
      rows: rows, positions: positions, factors: [[Float]](repeating: heads, count: c.layers))
  }
}

extension TransformerPass {
  /// Adds to `gradients` the gradient of an alignment's loss, and returns the loss.
  ///
  /// Nothing above the top layer's scores (of those that attend) takes part, so neither its MLP nor the output head is
  /// walked through.
  func backward(
    alignment: AttentionAlignment, targets: GradientTargets, gradients: ModelTensors,
    buffers: BackwardBuffers
  ) -> Double {
    precondition(activations.keepsLayers, "the forward pass kept nothing")
    precondition(rows <= buffers.capacity && sequences.count == 1)
    let c = configuration
    precondition(
      alignment.factors.count == c.layers
        && alignment.factors.allSatisfy { $0.count == c.queryHeads }, "one factor a head")
    buffers.residual.rows(0..<rows).fill(0)
    return layersBackward(
      from: c.topAttention, targets: targets, gradients: gradients, buffers: buffers,
      alignment: alignment)
  }

  /// Adds one layer's alignment to the gradients of its transformed queries and keys.
  func align(
    _ layer: Int, to alignment: AttentionAlignment, buffers: BackwardBuffers, wantsKeys: Bool
  ) -> Double {
    let a = activations.layer(layer)
    let all = 0..<rows
    var loss = 0.0
    for row in alignment.rows {
      for head in 0..<configuration.queryHeads {
        let factor = alignment.factors[layer][head]
        let distance = attentions[layer].alignmentBackward(
          head: head, row: row, positions: alignment.positions, factor: factor,
          queries: a.queries.rows(all), keyValues: keyValues(layer, all),
          firstVisible: firstVisible(0), dQueries: buffers.queries.rows(all),
          dKeys: wantsKeys ? buffers.keys.rows(all) : nil, tally: tally)
        loss += Double(factor) * distance
      }
    }
    return loss
  }
}
