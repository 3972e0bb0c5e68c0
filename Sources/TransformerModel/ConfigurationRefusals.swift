import DataFiles

/// What a configuration may ask for and this model does not do: each is refused by name, because to
/// pass over it would compute something else than the checkpoint's makers meant.
enum ConfigurationRefusals {
  /// - Throws: `CheckpointError.unsupported`, or `JSONError` for a value of the wrong type.
  static func check(_ r: inout JSONObjectReader, file: String) throws {
    func refuse(_ key: String, _ value: String, _ supported: String) -> CheckpointError {
      .unsupported(file: file, key: key, value: value, supported: supported)
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
    if let value = r.valueIfPresent("quantization_config"), !value.isNull {
      throw refuse("quantization_config", "set", "a checkpoint in float32, float16 or bfloat16")
    }
    try checkShare(&r, file: file)
  }

  /// The same for `rope_scaling` or `rope_parameters`.
  static func checkRotary(_ r: inout JSONObjectReader, file: String) throws {
    let kind = try r.string("rope_type", default: try r.string("type", default: "default"))
    if kind != "default" {
      throw CheckpointError.unsupported(
        file: file, key: "\(r.path).rope_type", value: kind, supported: "default")
    }
    try checkShare(&r, file: file)
  }

  private static func checkShare(_ r: inout JSONObjectReader, file: String) throws {
    let key = "partial_rotary_factor"
    guard let share = try r.ifPresent(key, { try $0.double($1) }), share != 1 else { return }
    throw CheckpointError.unsupported(
      file: file, key: r.path.isEmpty ? key : "\(r.path).\(key)", value: "\(share)",
      supported: "1, the rotation of whole heads,")
  }
}
