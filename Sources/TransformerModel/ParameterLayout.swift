/// Where every parameter lies in the one flat buffer, under the names that the Hugging Face layout
/// uses.
///
/// Queries, keys and values of a layer lie side by side, gate and up likewise, so that each group is
/// one matrix product.
public struct ParameterLayout: Equatable, Sendable {
  /// One named tensor.
  public struct Entry: Equatable, Sendable {
    /// Such as `model.layers.0.self_attn.q_proj.weight`.
    public let name: String
    /// Matrices are `[out, in]`.
    public let shape: [Int]
    /// Where it starts, in floats.
    public let offset: Int
    /// What a vector's numbers are before training.
    var start: Float = 1
    /// Its number of floats.
    public var count: Int { shape.reduce(1, *) }
  }

  /// All tensors in buffer order.
  public let entries: [Entry]
  /// The number of parameters.
  public let count: Int
  private let indices: [String: Int]

  /// The layout of a model of the given shape.
  public init(_ c: ModelConfiguration) {
    precondition(c.defect == nil, c.defect ?? "")
    var entries: [Entry] = []
    var offset = 0
    func add(_ name: String, _ shape: Int..., start: Float = 1) {
      entries.append(Entry(name: name, shape: shape, offset: offset, start: start))
      offset += shape.reduce(1, *)
    }
    add("model.embed_tokens.weight", c.vocabularySize, c.width)
    for layer in 0..<c.layers {
      let prefix = "model.layers.\(layer)."
      let plan = c.plan(layer)
      if let rule = plan.attention {
        add(prefix + "input_layernorm.weight", c.width)
        add(prefix + "self_attn.q_proj.weight", c.queryWidth, c.width)
        add(prefix + "self_attn.k_proj.weight", c.keyValueWidth, c.width)
        add(prefix + "self_attn.v_proj.weight", c.keyValueWidth, c.width)
        if c.hasQueryKeyNorm {
          add(prefix + "self_attn.q_norm.weight", c.headWidth)
          add(prefix + "self_attn.k_norm.weight", c.headWidth)
        }
        if let start = type(of: rule.scale).learnedStart {
          add(prefix + "self_attn.score_scale", c.queryHeads, start: start)
        }
        add(prefix + "self_attn.o_proj.weight", c.width, c.queryWidth)
      }
      if plan.hasMLP {
        add(prefix + "post_attention_layernorm.weight", c.width)
        add(prefix + "mlp.gate_proj.weight", c.mlpWidth, c.width)
        add(prefix + "mlp.up_proj.weight", c.mlpWidth, c.width)
        add(prefix + "mlp.down_proj.weight", c.width, c.mlpWidth)
      }
    }
    add("model.norm.weight", c.width)
    if !c.hasTiedHead { add("lm_head.weight", c.vocabularySize, c.width) }
    self.entries = entries
    count = offset
    indices = Dictionary(
      uniqueKeysWithValues: entries.enumerated().map { ($0.element.name, $0.offset) })
  }

  /// The tensor of that name, if there is one.
  public func entry(_ name: String) -> Entry? { indices[name].map { entries[$0] } }
}
