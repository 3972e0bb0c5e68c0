import TensorKernels

/// Buffers of a backward pass over up to `capacity` rows, allocated once and used again.
public final class BackwardBuffers: @unchecked Sendable {
  let capacity: Int
  private let storage: FloatStorage
  /// Gradient of the residual stream, `[n, d]`.
  let residual: MatrixView
  /// `[n, d]`
  let normed: MatrixView
  /// `[n, F]` and `[n, 2·F]`
  let activated: MatrixView
  let gateUp: MatrixView
  /// `[n, H·w]`
  let attended: MatrixView
  let queries: MatrixView
  /// `[n, G·w]`
  let keys: MatrixView
  /// `[n, (H + 2·G)·w]`
  let projected: MatrixView
  /// Room for one packed weight matrix.
  let packing: FloatStorage

  /// Room for `capacity` rows.
  public init(_ c: ModelConfiguration, capacity: Int) {
    self.capacity = capacity
    let rows = max(1, capacity)
    let storage = FloatStorage(count: rows * Self.floatsPerRow(c))
    var offset = 0
    func take(_ columns: Int) -> MatrixView {
      defer { offset += rows * columns }
      return storage.view.slice(offset, rows * columns).matrix(rows: rows, columns: columns)
    }
    residual = take(c.width)
    normed = take(c.width)
    activated = take(c.mlpWidth)
    gateUp = take(2 * c.mlpWidth)
    attended = take(c.queryWidth)
    queries = take(c.queryWidth)
    keys = take(c.keyValueWidth)
    projected = take(c.queryWidth + 2 * c.keyValueWidth)
    self.storage = storage
    let widest = [c.queryWidth + 2 * c.keyValueWidth, 2 * c.mlpWidth, c.vocabularySize].max() ?? 0
    packing = FloatStorage(
      count: capacity > TransformerPass.rowBlock
        ? PackedMatrix.count(rows: widest, columns: max(c.width, c.mlpWidth, c.queryWidth)) : 0)
  }

  static func floatsPerRow(_ c: ModelConfiguration) -> Int {
    2 * c.width + 3 * c.mlpWidth + 3 * c.queryWidth + 3 * c.keyValueWidth
  }
}

extension TransformerPass {
  /// Adds to `gradients` the gradient of `Σ dLogits ⊙ logits` for the parameters in `targets`.
  ///
  /// - Parameters:
  ///   - dLogits: `[n, V]`, one row for each row of the pass.
  ///   - gradients: views of the parameters' shapes; only those in `targets` are touched.
  func backward(
    dLogits: MatrixView, targets: GradientTargets, gradients: ModelTensors,
    buffers: BackwardBuffers
  ) {
    precondition(activations.keepsLayers, "the forward pass kept nothing")
    precondition(rows <= buffers.capacity && dLogits.rows == rows)
    let c = configuration
    let head = weights.head.matrix(rows: c.vocabularySize, columns: c.width)
    let all = 0..<rows
    let dResidual = buffers.residual.rows(all)
    let dNormed = buffers.normed.rows(all)
    if targets.contains(.head) {
      weightGradient(
        dLogits, activations.finalNormed.rows(all),
        into: gradients.head.floats.matrix(rows: c.vocabularySize, columns: c.width))
    }
    inputGradient(dLogits, head, into: dNormed, buffers: buffers)
    dResidual.fill(0)
    normGradient(
      dNormed, x: activations.residual(c.layers).rows(all), gain: weights.finalNorm,
      inverse: activations.finalInverse, into: dResidual,
      dGain: targets.contains(.norms) ? gradients.finalNorm : nil)
    layersBackward(from: c.layers - 1, targets: targets, gradients: gradients, buffers: buffers)
  }

  /// The layers from `top` down, and the embedding beneath them.
  ///
  /// - Parameter alignment: what attention itself is to be aligned with; nothing then comes from above the
  ///   attention of the top layer, and below the lowest layer that trains nothing but the loss is computed.
  /// - Returns: the alignment's loss; 0 without one.
  @discardableResult
  func layersBackward(
    from top: Int, targets: GradientTargets, gradients: ModelTensors, buffers: BackwardBuffers,
    alignment: AttentionAlignment? = nil
  ) -> Double {
    let c = configuration
    let lowest = min(targets.lowest(of: c.layers), alignment == nil ? c.layers : top)
    var loss = 0.0
    for layer in ((alignment == nil ? lowest : 0)..<top + 1).reversed() {
      let kinds = targets.kinds(in: layer)
      if layer >= lowest && (layer < top || alignment == nil) && c.hasMLP(layer) {
        mlpBackward(layer, targets: kinds, gradients: gradients.layers[layer], buffers: buffers)
      }
      guard c.attends(layer) else { continue }
      loss += attentionBackward(
        layer, targets: kinds, gradients: gradients.layers[layer], buffers: buffers,
        isLowest: layer <= lowest && !targets.contains(.embedding), alignment: alignment)
    }
    if targets.contains(.embedding) {
      Embedding.scatterAdd(
        buffers.residual.rows(0..<rows), tokens: tokens,
        into: gradients.embedding.floats.matrix(rows: c.vocabularySize, columns: c.width))
    }
    return loss
  }

  func mlpBackward(
    _ layer: Int, targets: GradientTargets.Kinds, gradients: LayerTensors,
    buffers: BackwardBuffers
  ) {
    let c = configuration
    let w = weights.layers[layer]
    let a = activations.layer(layer)
    let all = 0..<rows
    let dResidual = buffers.residual.rows(all)
    let dActivated = buffers.activated.rows(all)
    let dGateUp = buffers.gateUp.rows(all)
    let dNormed = buffers.normed.rows(all)
    if targets.contains(.mlp) {
      weightGradient(
        dResidual, a.activated.rows(all),
        into: gradients.down.floats.matrix(rows: c.width, columns: c.mlpWidth))
    }
    inputGradient(
      dResidual, w.down.matrix(rows: c.width, columns: c.mlpWidth), into: dActivated,
      buffers: buffers)
    SwiGLU.backward(dActivated, gateUp: a.gateUp.rows(all), into: dGateUp)
    if targets.contains(.mlp) {
      weightGradient(
        dGateUp, a.postNormed.rows(all),
        into: gradients.gateUp.floats.matrix(rows: 2 * c.mlpWidth, columns: c.width))
    }
    inputGradient(
      dGateUp, w.gateUp.matrix(rows: 2 * c.mlpWidth, columns: c.width), into: dNormed,
      buffers: buffers)
    normGradient(
      dNormed, x: a.residualMid.rows(all), gain: w.postNorm, inverse: a.postInverse,
      into: dResidual, dGain: targets.contains(.norms) ? gradients.postNorm : nil)
  }

  /// One layer's attention in the backward pass.
  ///
  /// - Parameter alignment: what the layer's attention itself is to be aligned with; where the top layer
  ///   is aligned, nothing comes from above it.
  /// - Returns: the alignment's share of the loss; 0 without one.
  func attentionBackward(
    _ layer: Int, targets: GradientTargets.Kinds, gradients: LayerTensors,
    buffers: BackwardBuffers, isLowest: Bool, alignment: AttentionAlignment? = nil
  ) -> Double {
    let c = configuration
    let dResidual = buffers.residual.rows(0..<rows)
    let isSource = alignment != nil && layer == c.topAttention
    if targets.contains(.output) && !isSource {
      weightGradient(
        dResidual, activations.layer(layer).attended.rows(0..<rows),
        into: gradients.output.floats.matrix(rows: c.width, columns: c.queryWidth))
    }
    let below = !isLowest || targets.contains(.norms)
    let goesOn = below || !targets.isDisjoint(with: .belowAttention)
    if !goesOn && alignment == nil { return 0 }

    var ownKeys = true
    if case .frozen = source { ownKeys = false }
    let wantsKeys = ownKeys && (below || !targets.isDisjoint(with: [.key, .value]))
    if goesOn && !isSource {
      inputGradient(
        dResidual, weights.layers[layer].output.matrix(rows: c.width, columns: c.queryWidth),
        into: buffers.attended.rows(0..<rows), buffers: buffers)
      attentionCoreBackward(layer, buffers: buffers, wantsKeys: wantsKeys)
    } else {
      clearCoreGradients(buffers, wantsKeys: wantsKeys)
    }
    let loss = alignment.map { align(layer, to: $0, buffers: buffers, wantsKeys: wantsKeys) } ?? 0
    guard goesOn else { return loss }
    headsBackward(
      layer, targets: targets, gradients: gradients, buffers: buffers, wantsKeys: wantsKeys)
    projectionWeightsBackward(layer, targets: targets, gradients: gradients, buffers: buffers)
    if below {
      projectionInputBackward(
        layer, dGain: targets.contains(.norms) ? gradients.inputNorm : nil, buffers: buffers)
    }
    return loss
  }

  /// From transformed queries and keys to those that were projected, through rotary, scale and QK-norm.
  private func headsBackward(
    _ layer: Int, targets: GradientTargets.Kinds, gradients: LayerTensors,
    buffers: BackwardBuffers, wantsKeys: Bool
  ) {
    let w = weights.layers[layer]
    let a = activations.layer(layer)
    let all = 0..<rows
    let h = configuration.queryWidth
    let keyColumns = h..<h + configuration.keyValueWidth
    let dProjected = buffers.projected.rows(all)
    let scale = fillRowScale(layer, all)
    if targets.contains(.scales), let gradient = gradients.scoreScale {
      addScaleGradient(layer, buffers.queries.rows(all), to: gradient)
    }
    let norms = targets.contains(.norms)
    heads.backward(
      buffers.queries.rows(all), raw: a.projected.rows(all).columns(0..<h), gain: w.queryNorm,
      rotary: rotary, rotaryStart: 0, rowScale: scale, inverse: a.queryInverse.rows(all),
      into: dProjected.columns(0..<h), dGain: norms ? gradients.queryNorm : nil)
    if wantsKeys {
      heads.backward(
        buffers.keys.rows(all), raw: a.projected.rows(all).columns(keyColumns), gain: w.keyNorm,
        rotary: rotary, rotaryStart: 0, inverse: a.keyInverse.rows(all),
        into: dProjected.columns(keyColumns), dGain: norms ? gradients.keyNorm : nil)
    }
  }

  /// Gradients of the weights of the projections to queries, keys and values.
  private func projectionWeightsBackward(
    _ layer: Int, targets: GradientTargets.Kinds, gradients: LayerTensors,
    buffers: BackwardBuffers
  ) {
    let h = configuration.queryWidth
    let g = configuration.keyValueWidth
    for (target, columns, gradient) in [
      (GradientTargets.Kinds.query, 0..<h, gradients.query), (.key, h..<h + g, gradients.key),
      (.value, h + g..<h + 2 * g, gradients.value),
    ] where targets.contains(target) {
      weightGradient(
        buffers.projected.rows(0..<rows).columns(columns),
        activations.layer(layer).inputNormed.rows(0..<rows),
        into: gradient.floats.matrix(rows: columns.count, columns: configuration.width))
    }
  }

  /// From the projections through the input norm to the residual stream.
  private func projectionInputBackward(
    _ layer: Int, dGain: FloatView?, buffers: BackwardBuffers
  ) {
    let a = activations.layer(layer)
    let all = 0..<rows
    let dNormed = buffers.normed.rows(all)
    for (index, part) in projections(layer).enumerated() {
      inputGradient(
        buffers.projected.rows(all).columns(part.columns), part.weight, into: dNormed,
        buffers: buffers, accumulate: index > 0)
    }
    normGradient(
      dNormed, x: a.residual.rows(all), gain: weights.layers[layer].inputNorm,
      inverse: a.inputInverse, into: buffers.residual.rows(all), dGain: dGain)
  }

  /// What `attentionCoreBackward` leaves where nothing comes from above.
  private func clearCoreGradients(_ buffers: BackwardBuffers, wantsKeys: Bool) {
    let all = 0..<rows
    buffers.queries.rows(all).fill(0)
    guard wantsKeys else { return }
    buffers.keys.rows(all).fill(0)
    buffers.projected.rows(all).columns(valueColumns).fill(0)
  }

  private var valueColumns: Range<Int> {
    let start = configuration.queryWidth + configuration.keyValueWidth
    return start..<start + configuration.keyValueWidth
  }

  /// Gradients of the transformed queries, and of the rows' own keys and values where wanted; the
  /// values' goes straight to its columns of `projected`.
  private func attentionCoreBackward(
    _ layer: Int, buffers: BackwardBuffers, wantsKeys: Bool
  ) {
    let c = configuration
    let a = activations.layer(layer)
    let all = 0..<rows
    let dKeys = buffers.keys.rows(all)
    let dValues = buffers.projected.rows(all).columns(valueColumns)
    if wantsKeys {
      dKeys.fill(0)
      dValues.fill(0)
    }
    let group = c.queryHeads / c.keyValueHeads
    // Heads of a group add to the same keys' gradient, so they share a task; where keys are frozen
    // every head and block of rows stands alone.
    let block = wantsKeys ? rows : Attention.queryBlock
    let tasks: [(heads: Range<Int>, sequence: Range<Int>, rows: Range<Int>)] =
      sequences.flatMap { sequence in
        stride(from: 0, to: c.queryHeads, by: wantsKeys ? group : 1).flatMap { head in
          stride(from: 0, to: sequence.count, by: max(1, block)).map { start in
            (
              head..<head + (wantsKeys ? group : 1), sequence,
              start..<min(start + block, sequence.count)
            )
          }
        }
      }
    workers.run(tasks.count) { task, worker in
      let (heads, sequence, local) = tasks[task]
      for head in heads {
        attentions[layer].backward(
          head: head, rows: local, queries: a.queries.rows(sequence),
          keyValues: keyValues(layer, sequence), firstVisible: firstVisible(sequence.lowerBound),
          output: a.attended.rows(sequence), logSumExp: a.logSumExp.rows(sequence),
          dOutput: buffers.attended.rows(sequence), dQueries: buffers.queries.rows(sequence),
          keyGradients: wantsKeys
            ? KeyValueView(
              keys: dKeys.rows(sequence), values: dValues.rows(sequence), headWidth: c.headWidth)
            : nil,
          scratch: scratch[worker].view, tally: tally)
      }
    }
  }

  /// `dx = dy · W`, a block of rows a task.
  private func inputGradient(
    _ dy: MatrixView, _ weight: WeightMatrix, into dx: MatrixView, buffers: BackwardBuffers,
    accumulate: Bool = false
  ) {
    guard let weight = weight.floats else {
      MatrixProduct.times(
        dy, weight, into: dx, accumulate: accumulate, workers: workers, tally: tally)
      return
    }
    let block = Self.rowBlock
    if dy.rows <= block {
      MatrixProduct.times(dy, weight, into: dx, accumulate: accumulate, tally: tally)
      return
    }
    let packed = PackedMatrix(weight, transposed: false, in: buffers.packing.view)
    packed.pack()
    workers.run((dy.rows + block - 1) / block) { task, _ in
      let range = task * block..<min((task + 1) * block, dy.rows)
      packed.product(dy.rows(range), into: dx.rows(range), accumulate: accumulate, tally: tally)
    }
  }

  /// `dW += dyᵀ · x`, a block of outputs a task.
  private func weightGradient(_ dy: MatrixView, _ x: MatrixView, into dWeight: MatrixView) {
    let block = 256
    workers.run((dy.columns + block - 1) / block) { task, _ in
      let range = task * block..<min((task + 1) * block, dy.columns)
      MatrixProduct.transposedTimes(
        dy.columns(range), x, into: dWeight.rows(range), accumulate: true, tally: tally)
    }
  }

  private func normGradient(
    _ dy: MatrixView, x: MatrixView, gain: FloatView, inverse: FloatView, into dx: MatrixView,
    dGain: FloatView?
  ) {
    RMSNormalization.backward(
      dy, x: x, gain: gain, inverse: inverse.slice(0, x.rows), addingTo: dx, dGain: dGain)
  }
}
