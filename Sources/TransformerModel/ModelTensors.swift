import TensorKernels

/// Views of one layer's tensors: weights, or gradients of the same shapes.
public struct LayerTensors: Sendable {
  /// `[d]`
  public var inputNorm: FloatView
  /// `[H·w, d]`
  public var query: FloatView
  /// `[G·w, d]`
  public var key: FloatView
  /// `[G·w, d]`
  public var value: FloatView
  /// `[w]`, with QK-norm
  public var queryNorm: FloatView?
  /// `[w]`, with QK-norm
  public var keyNorm: FloatView?
  /// `[d, H·w]`
  public var output: FloatView
  /// `[d]`
  public var postNorm: FloatView
  /// gate over up, `[2·F, d]`
  public var gateUp: FloatView
  /// `[d, F]`
  public var down: FloatView
}

/// Views of a whole model's tensors: weights, or gradients of the same shapes.
///
/// A value: replacing `layers[i].query` by a view of other storage gives the same model with other
/// queries and leaves the shared weights untouched, which is how query-only training adapts an
/// instance.
public struct ModelTensors: Sendable {
  /// `[V, d]`
  public var embedding: FloatView
  public var layers: [LayerTensors]
  /// `[d]`
  public var finalNorm: FloatView
  /// `[V, d]`; the embedding itself where tied.
  public var head: FloatView

  /// Views of `buffer`, which is laid out as `layout` says.
  init(_ configuration: ModelConfiguration, layout: ParameterLayout, buffer: FloatView) {
    precondition(buffer.count == layout.count, "buffer of another size")
    func view(_ name: String) -> FloatView {
      guard let entry = layout.entry(name) else { preconditionFailure("no parameter \(name)") }
      return buffer.slice(entry.offset, entry.count)
    }
    embedding = view("model.embed_tokens.weight")
    layers = (0..<configuration.layers).map { layer in
      let prefix = "model.layers.\(layer)."
      let qkNorm = configuration.hasQueryKeyNorm
      let gateOffset = layout.entry(prefix + "mlp.gate_proj.weight")?.offset ?? 0
      return LayerTensors(
        inputNorm: view(prefix + "input_layernorm.weight"),
        query: view(prefix + "self_attn.q_proj.weight"),
        key: view(prefix + "self_attn.k_proj.weight"),
        value: view(prefix + "self_attn.v_proj.weight"),
        queryNorm: qkNorm ? view(prefix + "self_attn.q_norm.weight") : nil,
        keyNorm: qkNorm ? view(prefix + "self_attn.k_norm.weight") : nil,
        output: view(prefix + "self_attn.o_proj.weight"),
        postNorm: view(prefix + "post_attention_layernorm.weight"),
        gateUp: buffer.slice(gateOffset, 2 * configuration.mlpWidth * configuration.width),
        down: view(prefix + "mlp.down_proj.weight"))
    }
    finalNorm = view("model.norm.weight")
    head = configuration.hasTiedHead ? embedding : view("lm_head.weight")
  }
}
