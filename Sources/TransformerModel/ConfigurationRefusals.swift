import DataFiles
import TensorKernels

/// What a configuration may ask for and this model does not do: each is refused by name, because to
/// pass over it would compute something else than the checkpoint's makers meant.
enum ConfigurationRefusals {
  /// - Throws: `CheckpointError.unsupported`, or `JSONError` for a value of the wrong type.
  static func check(_ r: inout JSONObjectReader, type: String, file: String) throws {
    func refuse(_ key: String, _ value: String, supported: String) -> CheckpointError {
      .unsupported(file: file, key: key, value: value, supported: supported)
    }
    let own = ConfigurationFile.ownType
    if ![own, "qwen3", "llama"].contains(type) {
      throw refuse(
        "model_type", "\"\(type)\"" + kind(type), supported: "a dense \"qwen3\" or \"llama\"")
    }
    for key in ["num_experts", "num_local_experts", "n_routed_experts"] {
      let experts = try r.ifPresent(key) { try $0.int($1, in: 0...1 << 20) } ?? 0
      if experts > 1 {
        throw refuse(key, "\(experts)", supported: "one MLP a layer, no mixture of experts,")
      }
    }
    let published = type == "qwen3" ? AttentionRule.visibilities.compactMap { $0.published } : []
    let done = Set(published.map(\.switchKey) + (type == own ? ["qk_norm"] : []))
    for member in neutral where !done.contains(member.key) {
      guard let value = r.valueIfPresent(member.key), !value.isNull,
        !member.values.contains(where: { member.equals(value, $0) })
      else { continue }
      throw refuse(member.key, shown(value), supported: member.supported)
    }
    if type == "llama", let window = try r.ifPresent("sliding_window", { try $0.int($1) }),
      r.valueIfPresent("use_sliding_window")?.bool != false
    {
      throw refuse("sliding_window", "\(window)", supported: "full attention")
    }
    let kinds = try r.ifPresent("layer_types") { try $0.strings($1) } ?? []
    for kind in kinds where kind != ConfigurationFile.fullAttention {
      let names = published.first { $0.layerType == kind }
      if let names, try ConfigurationFile.isOn(names, &r) { continue }
      throw refuse(
        "layer_types", "\"\(kind)\" for a layer",
        supported: names.map { "full_attention where \($0.switchKey) is not true" }
          ?? "full_attention")
    }
    for key in ["quantization_config", "compression_config"] {
      guard let value = r.valueIfPresent(key), !value.isNull else { continue }
      throw refuse(key, "set", supported: "a checkpoint in float32, float16 or bfloat16")
    }
    try checkShare(&r, file: file)
    try checkSpelling(r, file: file)
  }

  /// A member that other models of these names compute with, and the values with which it changes
  /// nothing.
  private struct Neutral {
    let key: String
    let values: [JSONValue]
    let supported: String

    func equals(_ value: JSONValue, _ other: JSONValue) -> Bool {
      if let first = value.double, let second = other.double { return first == second }
      return value.bool == other.bool && value.string == other.string
        && value.double == other.double && value.members?.isEmpty == other.members?.isEmpty
        && value.elements?.isEmpty == other.elements?.isEmpty
    }
  }

  private static let neutral: [Neutral] = {
    var members: [Neutral] = []
    func add(_ keys: [String], _ values: [JSONValue], _ supported: String) {
      members += keys.map { Neutral(key: $0, values: values, supported: supported) }
    }
    add(["use_sliding_window", "attention_chunk_size"], [false], "full attention")
    add(
      ["attention_bias", "mlp_bias", "qkv_bias", "add_qkv_bias", "use_bias", "lm_head_bias"],
      [false], "a projection without bias")
    add(["hidden_act", "hidden_activation", "activation_function"], ["silu"], "silu")
    add(
      ["is_encoder_decoder", "add_cross_attention", "use_bidirectional_attention"], [false],
      "a causal decoder")
    add(["is_causal"], [true], "a causal decoder")
    add(["alibi", "rope_interleaved", "rope_interleave"], [false], "rotation of half heads")
    add(
      ["no_rope_layers", "no_rope_layer_interval", "nope_layer_interval"], [],
      "rotation in all layers")
    add(["rotary_pct"], [1], "the rotation of whole heads")
    add(["parallel_attn", "use_parallel_residual"], [false], "attention before the MLP")
    add(["use_qk_norm", "qk_norm", "qk_layernorm"], [false], "the norms of model_type")
    add(["pruned_heads"], [[:]], "all heads")
    add(
      [
        "attn_logit_softcapping", "final_logit_softcapping", "attn_temperature_tuning", "clip_qkv",
        "attention_multiplier", "query_pre_attn_scalar", "dim_model_base", "scale_depth",
        "attention_sinks",
      ], [false, 0], "plain attention and logits")
    add(
      [
        "embedding_multiplier", "residual_multiplier", "logits_scaling", "logit_scale", "scale_emb",
      ], [1], "a factor of 1")
    return members
  }()

  private static func shown(_ value: JSONValue) -> String {
    if let bool = value.bool { return "\(bool)" }
    if let string = value.string { return "\"\(string)\"" }
    if let int = value.int { return "\(int)" }
    return value.double.map { "\($0)" } ?? "set"
  }

  /// Members that may be left out, so that nobody would miss a misspelt one.
  private static let optional = [
    "rope_theta", "rope_scaling", "rope_parameters", "partial_rotary_factor", "head_dim",
    "num_key_value_heads", "rms_norm_eps", "hidden_act", "tie_word_embeddings", "layer_types",
    "max_position_embeddings", "attention_bias", "mlp_bias", "use_sliding_window", "sliding_window",
    "quantization_config", "max_window_layers", "layer_plans",
  ]

  private static func checkSpelling(_ r: JSONObjectReader, file: String) throws {
    let missing = optional.filter { !r.contains($0) }
    let known = Set(neutral.map(\.key) + optional)
    for key in r.keys where !known.contains(key) {
      guard let meant = suggestion(for: key, among: missing) else { continue }
      throw CheckpointError.impossible(
        file: file, defect: "\(legible(key)) is not a known key; write \(meant) if it is meant")
    }
  }

  /// What is known of an architecture by its name alone.
  private static func kind(_ type: String) -> String {
    let experts = ["moe", "mixtral", "deepseek_v", "gpt_oss", "dbrx", "llama4"]
    if experts.contains(where: type.contains) { return ", a mixture of experts" }
    if type == "qwen2" { return ", whose projections have biases" }
    if type.hasSuffix("_vl") || type.contains("vision") { return ", which reads images" }
    return ""
  }

  /// Rotation of a part of each head only, which `config.json` may ask for at the top level or in
  /// `rope_scaling` and `rope_parameters`.
  static func checkShare(_ r: inout JSONObjectReader, file: String) throws {
    let key = "partial_rotary_factor"
    guard let share = try r.ifPresent(key, { try $0.double($1) }), share != 1 else { return }
    throw CheckpointError.unsupported(
      file: file, key: r.path.isEmpty ? key : "\(r.path).\(key)", value: "\(share)",
      supported: "1, the rotation of whole heads,")
  }
}
