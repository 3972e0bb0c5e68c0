import DataFiles

/// `config.json` in the Hugging Face layout.
///
/// A model with QK-norm is a `qwen3`, one without a `llama`: the two architectures that the weights
/// can be opened as elsewhere. One whose layers follow rules that neither knows has a type of our own.
public enum ConfigurationFile {
  /// Reads the configuration of a dense Qwen3 or Llama model, or of one with layers of our own.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, or `CheckpointError` where the file asks for what
  ///   this model does not do.
  public static func read(_ path: String) throws -> ModelConfiguration {
    var r = try JSONObjectReader(JSONValue.read(path, maximumBytes: 1 << 24), file: path)
    let type = try r.string("model_type")
    try ConfigurationRefusals.check(&r, type: type, file: path)
    let width = try r.int("hidden_size", in: 1...1 << 24)
    let heads = try r.int("num_attention_heads", in: 1...1 << 16)
    let positions =
      try r.ifPresent("max_position_embeddings") { try $0.int($1, in: 1...1 << 30) }
      ?? (type == "qwen3" ? 32768 : 2048)
    let rotary = try rotary(&r, file: path, maximumPositions: positions)
    let layers = try r.int("num_hidden_layers", in: 1...10_000)
    let kinds = try r.ifPresent("layer_types") { try $0.array($1).count }
    if let kinds, kinds != layers {
      throw CheckpointError.impossible(
        file: path, defect: "layer_types has \(kinds) layers, but num_hidden_layers is \(layers)")
    }
    let normalizes = try type == ownType ? r.bool("qk_norm") : type == "qwen3"
    let configuration = ModelConfiguration(
      vocabularySize: try r.int("vocab_size", in: 1...1 << 28),
      width: width,
      layers: layers,
      queryHeads: heads,
      keyValueHeads: try size("num_key_value_heads", &r, default: heads),
      headWidth: try size("head_dim", &r, default: type == "qwen3" ? 128 : width / heads),
      mlpWidth: try r.int("intermediate_size", in: 1...1 << 26),
      rotaryTheta: rotary.theta,
      rotaryScaling: rotary.scaling,
      normEpsilon: try r.double("rms_norm_eps", default: 1e-6, in: 0...0.1),
      hasQueryKeyNorm: normalizes,
      hasTiedHead: try r.bool("tie_word_embeddings", default: false),
      maximumPositions: positions,
      plans: try plans(&r, type: type, layers: layers, file: path))
    if let defect = configuration.defect {
      throw CheckpointError.impossible(file: path, defect: defect)
    }
    return configuration
  }

  /// A number of heads or their width, where null stands for the default.
  private static func size(
    _ key: String, _ r: inout JSONObjectReader, default fallback: Int
  ) throws -> Int {
    try r.ifPresent(key) { try $0.int($1, in: 1...1 << 16) } ?? fallback
  }

  /// The text of a `config.json` that `transformers` 4 and 5 both open.
  public static func text(_ c: ModelConfiguration) throws -> String {
    let (type, architecture, layerMembers) = layerMembers(c)
    let theta: JSONValue = .init(.double(c.rotaryTheta))
    let scaling = members(c.rotaryScaling)
    let common: JSONValue = [
      "architectures": [.init(.string(architecture))],
      "model_type": .init(.string(type)),
      "attention_bias": false,
      "dtype": "float32",
      "head_dim": integer(c.headWidth),
      "hidden_act": "silu",
      "hidden_size": integer(c.width),
      "intermediate_size": integer(c.mlpWidth),
      "max_position_embeddings": integer(c.maximumPositions),
      "num_attention_heads": integer(c.queryHeads),
      "num_hidden_layers": integer(c.layers),
      "num_key_value_heads": integer(c.keyValueHeads),
      "rms_norm_eps": .init(.double(c.normEpsilon)),
      "rope_parameters": object([("rope_theta", theta)] + scaling),
      "rope_theta": theta,
      "tie_word_embeddings": .init(.bool(c.hasTiedHead)),
      "torch_dtype": "float32",
      "use_sliding_window": false,
      "vocab_size": integer(c.vocabularySize),
    ]
    let own = Set(layerMembers.map(\.key))
    var members = (common.members ?? []).filter { !own.contains($0.key) }
    // Where transformers 4 looks for it; transformers 5 finds the same in rope_parameters.
    if c.rotaryScaling != nil {
      members.append(JSONMember("rope_scaling", object([("rope_theta", theta)] + scaling)))
    }
    return try JSONValue(.object(members + layerMembers)).text(indentation: 2) + "\n"
  }

  private static func object(_ members: [(key: String, value: JSONValue)]) -> JSONValue {
    JSONValue(.object(members.map { JSONMember($0.key, $0.value) }))
  }

  private static func integer(_ value: Int) -> JSONValue { .init(.integer(value)) }
}
