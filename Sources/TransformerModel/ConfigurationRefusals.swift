import DataFiles

/// What a configuration may ask for and this model does not do: each is refused by name, because to
/// pass over it would compute something else than the checkpoint's makers meant.
enum ConfigurationRefusals {
  /// - Throws: `CheckpointError.unsupported`, or `JSONError` for a value of the wrong type.
  static func check(_ r: inout JSONObjectReader, type: String, file: String) throws {
    func refuse(_ key: String, _ value: String, _ supported: String) -> CheckpointError {
      .unsupported(file: file, key: key, value: value, supported: supported)
    }
    if type != "qwen3" && type != "llama" {
      throw refuse("model_type", "\"\(type)\"" + kind(type), "a dense \"qwen3\" or \"llama\"")
    }
    for key in ["num_experts", "num_local_experts", "n_routed_experts"] {
      let experts = try r.ifPresent(key) { try $0.int($1, in: 0...1 << 20) } ?? 0
      if experts > 1 { throw refuse(key, "\(experts)", "one MLP a layer, no mixture of experts,") }
    }
    for (key, supported) in [
      ("use_sliding_window", "full attention"),
      ("attention_bias", "a projection without bias"),
      ("mlp_bias", "a projection without bias"),
    ] where try r.ifPresent(key, { try $0.bool($1) }) ?? false {
      throw refuse(key, "true", supported)
    }
    let kinds = try r.ifPresent("layer_types") { try $0.strings($1) } ?? []
    if let kind = kinds.first(where: { $0 != "full_attention" }) {
      throw refuse("layer_types", "\"\(kind)\" for a layer", "full_attention")
    }
    let activation = try r.string("hidden_act", default: "silu")
    if activation != "silu" { throw refuse("hidden_act", activation, "silu") }
    for key in ["quantization_config", "compression_config"] {
      guard let value = r.valueIfPresent(key), !value.isNull else { continue }
      throw refuse(key, "set", "a checkpoint in float32, float16 or bfloat16")
    }
    try checkShare(&r, file: file)
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
