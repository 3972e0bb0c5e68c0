import Foundation
import TensorKernels
import TestSupport
import TransformerModel

/// The whole forward pass in double precision, written down as plainly as it can be.
struct ReferenceModel {
  let configuration: ModelConfiguration
  /// Every tensor under its name, row-major.
  var tensors: [String: [Double]]
  var options: PassOptions

  init(_ parameters: Parameters, options: PassOptions = .init()) {
    configuration = parameters.configuration
    self.options = options
    tensors = Dictionary(
      uniqueKeysWithValues: parameters.layout.entries.map {
        ($0.name, parameters.view($0.name).array.map(Double.init))
      })
  }

  /// Keys (transformed) and values of what has been read, layer by layer, `[n, G·w]`.
  struct Cache {
    var keys: [DoubleMatrix]
    var values: [DoubleMatrix]
  }

  /// Where the rows find keys and values.
  enum Source {
    /// Among themselves, sequence by sequence.
    case rows([Range<Int>])
    /// In a cache of what precedes row `start`, and among themselves.
    case appended(Cache, start: Int)
    /// In a cache that holds their own too.
    case frozen(Cache, start: Int)
  }

  /// What a pass computes.
  struct Trace {
    /// `[n, V]`
    var logits: DoubleMatrix
    /// Keys and values that the rows saw.
    var cache: Cache
    /// Transformed queries of each layer, `[n, H·w]`.
    var queries: [DoubleMatrix]
  }

  func run(_ tokens: [Int32], positions: [Int32], source: Source) -> Trace {
    let c = configuration
    var x = DoubleMatrix(
      rows: tokens.count, columns: c.width,
      tokens.flatMap { token in
        tensors["model.embed_tokens.weight"]![Int(token) * c.width..<(Int(token) + 1) * c.width]
      })
    var trace = Trace(logits: x, cache: Cache(keys: [], values: []), queries: [])
    for layer in 0..<c.layers {
      let plan = c.plan(layer)
      guard plan.attention != nil else {
        trace.queries.append(DoubleMatrix(rows: 0, columns: 0))
        trace.cache.keys.append(DoubleMatrix(rows: 0, columns: 0))
        trace.cache.values.append(DoubleMatrix(rows: 0, columns: 0))
        x = x + mlp(layer, norm(x, name(layer, "post_attention_layernorm")))
        continue
      }
      let normed = norm(x, name(layer, "input_layernorm"))
      let q = heads(
        normed.times(transposed: matrix(name(layer, "self_attn.q_proj"), c.queryWidth)),
        gain: name(layer, "self_attn.q_norm"), positions, scale: rowScale(layer, source, x.rows))
      let (keys, values) = keysAndValues(layer, normed, positions, source)
      let attended = attend(layer, q, keys, values, source)
      x = x + attended.times(transposed: matrix(name(layer, "self_attn.o_proj"), c.width))
      if plan.hasMLP { x = x + mlp(layer, norm(x, name(layer, "post_attention_layernorm"))) }
      trace.queries.append(q)
      trace.cache.keys.append(keys)
      trace.cache.values.append(values)
    }
    let head = c.hasTiedHead ? "model.embed_tokens" : "lm_head"
    trace.logits = norm(x, "model.norm")
      .times(transposed: matrix(head, c.vocabularySize))
    return trace
  }

  /// `Σ weightᵢ · lossᵢ`
  func loss(_ batch: SequenceBatch, source: Source) -> Double {
    let logits = run(batch.tokens, positions: batch.positions, source: source).logits
    return batch.tokens.indices.reduce(0) { sum, row in
      guard batch.weights[row] != 0 else { return sum }
      let loss = Reference.crossEntropy(logits.row(row), target: Int(batch.targets[row]))
      return sum + Double(batch.weights[row]) * loss
    }
  }

  /// The attention pattern of one row and head of a single sequence or a cached span.
  func pattern(_ trace: Trace, layer: Int, head: Int, row: Int, firstVisible: Int) -> [Double] {
    let scores = Reference.scores(
      row: row, head: head, queries: trace.queries[layer], keys: trace.cache.keys[layer],
      headWidth: configuration.headWidth,
      group: configuration.queryHeads / configuration.keyValueHeads, firstVisible: firstVisible)
    let first = firstKey(layer)(firstVisible + row)
    return [Double](repeating: 0, count: first) + Reference.softmax(Array(scores[first...]))
  }

  private func name(_ layer: Int, _ tensor: String) -> String { "model.layers.\(layer).\(tensor)" }

  private func matrix(_ name: String, _ rows: Int) -> DoubleMatrix {
    let values = tensors[name + ".weight"]!
    return DoubleMatrix(rows: rows, columns: values.count / rows, values)
  }

  private func norm(_ x: DoubleMatrix, _ name: String) -> DoubleMatrix {
    Reference.rmsNorm(
      x, gain: tensors[name + ".weight"]!, epsilon: Double(Float(configuration.normEpsilon)))
  }

  private func heads(
    _ raw: DoubleMatrix, gain: String, _ positions: [Int32], scale: [[Double]]?
  ) -> DoubleMatrix {
    Reference.heads(
      raw, width: configuration.headWidth, gain: tensors[gain + ".weight"],
      epsilon: Double(Float(configuration.normEpsilon)),
      positions: options.rotary ? positions.map(Int.init) : nil, theta: configuration.rotaryTheta,
      rowScale: scale)
  }

  private func firstKey(_ layer: Int) -> (Int) -> Int {
    let visibility = configuration.plan(layer).attention?.visibility
    return { visibility?.firstKey(of: $0) ?? 0 }
  }

  /// One factor a row and head, or none at all.
  private func rowScale(_ layer: Int, _ source: Source, _ rows: Int) -> [[Double]]? {
    let plain = Double(options.queryScale?[layer] ?? 1)
    return (0..<rows).map { row in
      let position =
        switch source {
        case .rows(let sequences): row - sequences.first { $0.contains(row) }!.lowerBound
        case .appended(_, let start), .frozen(_, let start): start + row
        }
      let visible = Double(position + 1 - firstKey(layer)(position))
      let option = options.scalableSoftmax.map { max(1, Double($0) * log(visible)) } ?? 1
      return ruleFactors(layer, visible).map { plain * option * $0 }
    }
  }

  private func ruleFactors(_ layer: Int, _ visible: Double) -> [Double] {
    switch configuration.plan(layer).attention?.scale {
    case let scale as LogarithmicScale: [max(1, Double(scale.s) * log(visible))]
    case let scale as AnchoredScale: [max(1, log(visible) / log(Double(scale.length)))]
    case is LearnedScale: tensors[name(layer, "self_attn.score_scale")]!.map { $0 * log(visible) }
    default: [1]
    }
  }

  private func keysAndValues(
    _ layer: Int, _ normed: DoubleMatrix, _ positions: [Int32], _ source: Source
  ) -> (DoubleMatrix, DoubleMatrix) {
    if case .frozen(let cache, _) = source { return (cache.keys[layer], cache.values[layer]) }
    let width = configuration.keyValueWidth
    let keys = heads(
      normed.times(transposed: matrix(name(layer, "self_attn.k_proj"), width)),
      gain: name(layer, "self_attn.k_norm"), positions, scale: nil)
    let values = normed.times(transposed: matrix(name(layer, "self_attn.v_proj"), width))
    guard case .appended(let cache, let start) = source else { return (keys, values) }
    func joined(_ before: DoubleMatrix, _ own: DoubleMatrix) -> DoubleMatrix {
      DoubleMatrix(
        rows: start + own.rows, columns: width, before.rows(0..<start).values + own.values)
    }
    return (joined(cache.keys[layer], keys), joined(cache.values[layer], values))
  }

  private func attend(
    _ layer: Int, _ q: DoubleMatrix, _ keys: DoubleMatrix, _ values: DoubleMatrix,
    _ source: Source
  ) -> DoubleMatrix {
    func attention(_ rows: Range<Int>, _ visible: Range<Int>, first: Int) -> DoubleMatrix {
      Reference.attention(
        queries: q.rows(rows), keys: keys.rows(visible), values: values.rows(visible),
        queryHeads: configuration.queryHeads, keyValueHeads: configuration.keyValueHeads,
        firstVisible: first, firstKey: firstKey(layer)
      ).output
    }
    switch source {
    case .rows(let sequences):
      return DoubleMatrix(
        rows: q.rows, columns: q.columns,
        sequences.flatMap { attention($0, $0, first: 0).values })
    case .appended(_, let start), .frozen(_, let start):
      return attention(0..<q.rows, 0..<start + q.rows, first: start)
    }
  }

  private func mlp(_ layer: Int, _ x: DoubleMatrix) -> DoubleMatrix {
    let f = configuration.mlpWidth
    let gate = x.times(transposed: matrix(name(layer, "mlp.gate_proj"), f))
    let up = x.times(transposed: matrix(name(layer, "mlp.up_proj"), f))
    let both = DoubleMatrix(
      rows: x.rows, columns: 2 * f, (0..<x.rows).flatMap { gate.row($0) + up.row($0) })
    return Reference.swiGLU(both)
      .times(transposed: matrix(name(layer, "mlp.down_proj"), configuration.width))
  }
}
