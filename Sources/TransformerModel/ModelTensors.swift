import TensorKernels

/// Views of one layer's tensors: weights, or gradients of the same shapes, which are float32 always.
///
/// Views of a sub-layer that the layer does not have are empty.
public struct LayerTensors: Sendable {
  /// `[d]`
  public var inputNorm: FloatView
  /// `[H·w, d]`
  public var query: WeightView
  /// `[G·w, d]`
  public var key: WeightView
  /// `[G·w, d]`
  public var value: WeightView
  /// `[w]`, with QK-norm
  public var queryNorm: FloatView?
  /// `[w]`, with QK-norm
  public var keyNorm: FloatView?
  /// `[H]`, where the rule's scale is learned
  public var scoreScale: FloatView?
  /// `[d, H·w]`
  public var output: WeightView
  /// `[d]`
  public var postNorm: FloatView
  /// gate over up, `[2·F, d]`
  public var gateUp: WeightView
  /// `[d, F]`
  public var down: WeightView
}

/// Views of a whole model's tensors: weights, or gradients of the same shapes.
///
/// A value: replacing `layers[i].query` by a view of other storage gives the same model with other
/// queries and leaves the shared weights untouched, which is how query-only training adapts an
/// instance.
public struct ModelTensors: Sendable {
  /// `[V, d]`
  public var embedding: WeightView
  public var layers: [LayerTensors]
  /// `[d]`
  public var finalNorm: FloatView
  /// `[V, d]`; the embedding itself where tied.
  public var head: WeightView

  /// Views of `buffer`, which is laid out as `layout` says.
  init(_ configuration: ModelConfiguration, layout: ParameterLayout, buffer: FloatView) {
    precondition(buffer.count == layout.count, "buffer of another size")
    self.init(configuration) { name in
      guard let entry = layout.entry(name) else { preconditionFailure("no parameter \(name)") }
      return WeightView(buffer.slice(entry.offset, entry.count))
    }
  }

  /// Views of tensors that are found by their names.
  ///
  /// Gains are floats, and gate and up of a layer can be joined.
  init(_ configuration: ModelConfiguration, _ view: (_ name: String) -> WeightView) {
    embedding = view("model.embed_tokens.weight")
    layers = (0..<configuration.layers).map { layer in
      let prefix = "model.layers.\(layer)."
      let plan = configuration.plan(layer)
      let (attends, hasMLP) = (plan.attention != nil, plan.hasMLP)
      let qkNorm = attends && configuration.hasQueryKeyNorm
      let none = WeightView(FloatStorage(count: 0).view)
      func tensor(_ name: String, if isThere: Bool) -> WeightView {
        isThere ? view(prefix + name) : none
      }
      let gate = tensor("mlp.gate_proj.weight", if: hasMLP)
      guard let gateUp = gate.joined(with: tensor("mlp.up_proj.weight", if: hasMLP)) else {
        preconditionFailure("gate and up lie apart")
      }
      return LayerTensors(
        inputNorm: tensor("input_layernorm.weight", if: attends).floats,
        query: tensor("self_attn.q_proj.weight", if: attends),
        key: tensor("self_attn.k_proj.weight", if: attends),
        value: tensor("self_attn.v_proj.weight", if: attends),
        queryNorm: qkNorm ? view(prefix + "self_attn.q_norm.weight").floats : nil,
        keyNorm: qkNorm ? view(prefix + "self_attn.k_norm.weight").floats : nil,
        scoreScale: plan.attention?.isLearned ?? false
          ? view(prefix + "self_attn.score_scale").floats : nil,
        output: tensor("self_attn.o_proj.weight", if: attends),
        postNorm: tensor("post_attention_layernorm.weight", if: hasMLP).floats,
        gateUp: gateUp, down: tensor("mlp.down_proj.weight", if: hasMLP))
    }
    finalNorm = view("model.norm.weight").floats
    head = configuration.hasTiedHead ? embedding : view("lm_head.weight")
  }
}
