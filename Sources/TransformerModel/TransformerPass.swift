import TensorKernels

/// Where the rows of a pass find keys and values.
enum KeyValueSource {
  /// Only among the rows themselves, sequence by sequence: training.
  case rows
  /// In the cache, into which the rows' own are written first, at `start`: prefill, decoding, and
  /// the span of query-only training whose keys and values are recomputed.
  case appended(KeyValueCache, start: Int)
  /// In the cache as it stands: row `i` is the token at `start + i` and sees what is cached up to
  /// and including itself. No key or value is computed.
  case frozen(KeyValueCache, start: Int)
  /// In the first `common` tokens of a cache, and behind them in each branch's own, into which the
  /// rows' are written at `start`: row `i` is the next token of branch `i`.
  case branched(KeyValueCache, common: Int, BranchedCache, start: Int)
}

/// One forward pass, and the backward pass through it, over a batch of token rows.
///
/// Rows are grouped into consecutive sequences; a row attends within its own sequence. The
/// pass is a value that borrows weights and buffers; it owns nothing.
struct TransformerPass {
  let configuration: ModelConfiguration
  /// What attends in each layer.
  let attentions: [Attention]
  let weights: ModelTensors
  let tokens: [Int32]
  /// The sequences: consecutive ranges that cover all rows.
  let sequences: [Range<Int>]
  let source: KeyValueSource
  let options: PassOptions
  let rotary: RotaryTable?
  let activations: PassActivations
  let workers: Workers
  let scratch: [FloatStorage]
  let tally: Tally?
  /// The packed weights of all layers, where several passes share them.
  var shared: PackedWeights?
  /// The first row whose result somebody asks for. Of rows before it the last layer computes keys and
  /// values alone, because nothing else of theirs is ever read.
  var firstWanted = 0

  var heads: HeadTransform {
    HeadTransform(headWidth: configuration.headWidth, epsilon: epsilon)
  }
  var epsilon: Float { Float(configuration.normEpsilon) }
  var rows: Int { tokens.count }

  /// Rows that one task carries through a layer. Fixed, so that no result depends on the number
  /// of workers.
  static let rowBlock = 128

  /// Up to so many rows are multiplied with the weights as they lie.
  static let fewRows = 32

  private var blocks: [Range<Int>] {
    stride(from: 0, to: rows, by: Self.rowBlock).map { $0..<min($0 + Self.rowBlock, rows) }
  }

  /// The rows that go through the whole of a layer.
  func wanted(_ layer: Int) -> Range<Int> {
    layer == configuration.layers - 1 ? firstWanted..<rows : 0..<rows
  }

  /// Runs all layers and the final norm; `activations.finalNormed` holds the result of the rows from
  /// `firstWanted` on.
  func forward(observing observation: AttentionObservation?) {
    precondition(rows <= activations.capacity, "more rows than the buffers hold")
    let blocks = self.blocks
    let table = weights.embedding.matrix(
      rows: configuration.vocabularySize, columns: configuration.width)
    Embedding.gather(tokens, table: table, into: activations.residual(0).rows(0..<rows))
    for layer in 0..<configuration.layers {
      let packed = packedWeights(layer)
      let attends = configuration.attends(layer)
      if attends {
        workers.run(blocks.count) { task, _ in project(layer, blocks[task], with: packed) }
      }
      let wanted = self.wanted(layer)
      let whole = blocks.map { $0.clamped(to: wanted) }.filter { !$0.isEmpty }
      if whole.count == 1 && attends {
        workers.run(workForWorkers ? configuration.queryHeads : 1) { task, worker in
          let all = 0..<configuration.queryHeads
          attend(layer, whole[0], heads: workForWorkers ? task..<task + 1 : all, worker: worker)
        }
        mix(layer, whole[0], with: packed)
      } else {
        workers.run(whole.count) { task, worker in
          if attends {
            attend(layer, whole[task], heads: 0..<configuration.queryHeads, worker: worker)
          }
          mix(layer, whole[task], with: packed)
        }
      }
      if attends, let observation { observe(layer, observation) }
    }
    let wanted = firstWanted..<rows
    RMSNormalization.forward(
      activations.residual(configuration.layers).rows(wanted), gain: weights.finalNorm,
      epsilon: epsilon, into: activations.finalNormed.rows(wanted),
      inverse: activations.finalInverse.slice(wanted.lowerBound, wanted.count))
  }

  /// Who shares a product with large weights: nobody where the blocks of rows are shared already.
  private var helpers: Workers { rows <= Self.rowBlock ? workers : .one }

  /// Whether one block of rows has enough attention to be worth waking other threads for.
  private var workForWorkers: Bool {
    rows * (firstVisible(0) + rows) * configuration.headWidth > 32_768
  }

  /// Input norm, projections, QK-norm, rotary; keys and values go where attention will look.
  private func project(_ layer: Int, _ range: Range<Int>, with packed: PackedLayer?) {
    let w = weights.layers[layer]
    let a = activations.layer(layer)
    RMSNormalization.forward(
      a.residual.rows(range), gain: w.inputNorm, epsilon: epsilon, into: a.inputNormed.rows(range),
      inverse: a.inputInverse.slice(range.lowerBound, range.count))
    for (index, part) in projections(layer).enumerated() {
      let rows = part.rows.clamped(to: range)
      multiply(
        a.inputNormed.rows(rows), packed: packed?.projections[index], part.weight,
        into: a.projected.rows(rows).columns(part.columns))
    }
    let h = configuration.queryWidth
    let g = configuration.keyValueWidth
    let asking = wanted(layer).clamped(to: range)
    heads.forward(
      a.projected.rows(asking).columns(0..<h), gain: w.queryNorm, rotary: rotary,
      rotaryStart: asking.lowerBound, rowScale: fillRowScale(layer, asking),
      into: flat(a.queries, asking), rowStride: h, headStride: configuration.headWidth,
      inverse: a.queryInverse.rows(asking))
    let raw = a.projected.rows(range)
    let keyColumns = raw.columns(h..<h + g)
    guard let destination = destination(layer, range.lowerBound) else { return }
    heads.forward(
      keyColumns, gain: w.keyNorm, rotary: rotary, rotaryStart: range.lowerBound,
      into: destination.keys, rowStride: destination.rowStride,
      headStride: destination.headStride, inverse: a.keyInverse.rows(range))
    if let values = destination.values {
      heads.forward(
        raw.columns(h + g..<h + 2 * g), gain: nil, rotary: nil, rotaryStart: 0, into: values,
        rowStride: destination.rowStride, headStride: destination.headStride, inverse: nil)
    }
    settle(layer, range)
  }

  private func attend(_ layer: Int, _ range: Range<Int>, heads: Range<Int>, worker: Int) {
    let a = activations.layer(layer)
    let attention = attentions[layer]
    if let keyValues = branchedKeyValues(layer) {
      let group = configuration.queryHeads / configuration.keyValueHeads
      // A group's heads share their keys, so the first of the group stands for all.
      for head in heads where head % group == 0 {
        attention.forward(
          keyHead: head / group, branches: range, queries: a.queries.rows(0..<rows),
          keyValues: keyValues, output: a.attended.rows(0..<rows),
          scratch: scratch[worker].view, tally: tally)
      }
      return
    }
    for sequence in sequences where sequence.overlaps(range) {
      let part = sequence.clamped(to: range)
      let local = part.lowerBound - sequence.lowerBound..<part.upperBound - sequence.lowerBound
      for head in heads {
        attention.forward(
          head: head, rows: local, queries: a.queries.rows(sequence),
          keyValues: keyValues(layer, sequence), firstVisible: firstVisible(sequence.lowerBound),
          output: a.attended.rows(sequence), logSumExp: a.logSumExp.rows(sequence),
          scratch: scratch[worker].view, tally: tally)
      }
    }
  }

  /// Output projection, residual, post-attention norm, gated MLP, residual.
  private func mix(_ layer: Int, _ range: Range<Int>, with packed: PackedLayer?) {
    let w = weights.layers[layer]
    let a = activations.layer(layer)
    let c = configuration
    let mid = a.residualMid.rows(range)
    mid.copy(from: a.residual.rows(range))
    if c.attends(layer) {
      multiply(
        a.attended.rows(range), packed: packed?.output,
        w.output.matrix(rows: c.width, columns: c.queryWidth), into: mid, accumulate: true)
    }
    let next = activations.residual(layer + 1).rows(range)
    guard c.hasMLP(layer) else {
      next.copy(from: mid)
      return
    }
    RMSNormalization.forward(
      mid, gain: w.postNorm, epsilon: epsilon, into: a.postNormed.rows(range),
      inverse: a.postInverse.slice(range.lowerBound, range.count))
    multiply(
      a.postNormed.rows(range), packed: packed?.gateUp,
      w.gateUp.matrix(rows: 2 * c.mlpWidth, columns: c.width), into: a.gateUp.rows(range))
    SwiGLU.forward(a.gateUp.rows(range), into: a.activated.rows(range))
    next.copy(from: mid)
    multiply(
      a.activated.rows(range), packed: packed?.down,
      w.down.matrix(rows: c.width, columns: c.mlpWidth),
      into: next, accumulate: true)
  }

  /// `y = x · wᵀ (+ y)`, with the packed weights where there are any.
  private func multiply(
    _ x: MatrixView, packed: PackedMatrix?, _ weight: WeightMatrix, into y: MatrixView,
    accumulate: Bool = false
  ) {
    if x.rows == 0 { return }
    // Decided by the block, so that a context reads the same bit for bit however it is cut.
    if let packed, x.rows > Self.fewRows {
      packed.product(x, into: y, accumulate: accumulate, tally: tally)
    } else {
      MatrixProduct.timesTransposed(
        x, weight, into: y, accumulate: accumulate, workers: helpers, tally: tally)
    }
  }
}
