import DataFiles
import Testing
import TransformerModel

struct ConfigurationFileTests {
  /// A `config.json` as published models have it, with lines changed, added or taken away.
  private func read(
    _ changes: [String: String?] = [:], type: String = "qwen3"
  ) throws -> ModelConfiguration {
    var members: [String: String] = [
      "model_type": "\"\(type)\"", "vocab_size": "97", "hidden_size": "64",
      "num_hidden_layers": "2", "num_attention_heads": "4", "num_key_value_heads": "2",
      "head_dim": "16", "intermediate_size": "128", "rms_norm_eps": "1e-6",
      "rope_theta": "1000000.0", "tie_word_embeddings": "false",
      "max_position_embeddings": "4096",
      // What other software writes besides.
      "attention_dropout": "0.0", "bos_token_id": "1", "transformers_version": "\"4.53.0\"",
      "layer_types": "[\"full_attention\", \"full_attention\"]",
    ]
    for (key, value) in changes { members[key] = value }
    let folder = try TemporaryFolder()
    try folder.write(
      "{\n" + members.map { "  \"\($0)\": \($1)" }.joined(separator: ",\n") + "\n}\n",
      to: "config.json")
    return try ConfigurationFile.read(folder.file("config.json"))
  }

  private func message(_ changes: [String: String?], type: String = "qwen3") -> String {
    do {
      _ = try read(changes, type: type)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func aPublishedConfiguration() throws {
    let expected = ModelConfiguration(
      vocabularySize: 97, width: 64, layers: 2, queryHeads: 4, keyValueHeads: 2, headWidth: 16,
      mlpWidth: 128, rotaryTheta: 1e6, normEpsilon: 1e-6, hasQueryKeyNorm: true,
      hasTiedHead: false, maximumPositions: 4096)
    #expect(try read() == expected)
  }

  @Test func whatIsLeftOutHasItsPublishedDefault() throws {
    let left: [String: String?] = [
      "num_key_value_heads": nil, "head_dim": nil, "rope_theta": nil, "tie_word_embeddings": nil,
    ]
    let llama = try read(left, type: "llama")
    #expect(llama.keyValueHeads == 4 && llama.headWidth == 16 && llama.rotaryTheta == 10_000)
    #expect(!llama.hasTiedHead && !llama.hasQueryKeyNorm)
    #expect(try read(left).headWidth == 128)
    let nulls: [String: String?] = [
      "head_dim": "null", "num_key_value_heads": "null", "use_sliding_window": "null",
    ]
    let null = try read(nulls, type: "llama")
    #expect(null.headWidth == 16 && null.keyValueHeads == 4)
  }

  /// transformers 5 moved the base of the frequencies.
  @Test func rotaryBaseInItsNewPlace() throws {
    let new = try read([
      "rope_theta": nil, "rope_parameters": "{\"rope_theta\": 5e5, \"rope_type\": \"default\"}",
    ])
    #expect(new.rotaryTheta == 5e5)
    #expect(try read(["rope_scaling": "null"]).rotaryTheta == 1e6)
    let both = try read(["rope_parameters": "{\"rope_theta\": 1e6, \"rope_type\": \"default\"}"])
    #expect(both.rotaryTheta == 1e6)
    // One release would take the first, the other the second.
    #expect(
      message(["rope_parameters": "{\"rope_theta\": 5e5}"]).hasSuffix(
        "rope_parameters.rope_theta is 500000.0, but rope_theta is 1000000.0; they must agree"))
  }

  @Test(arguments: [
    ("model_type", "\"qwen2_moe\"", "model_type"),
    ("use_sliding_window", "true", "use_sliding_window"),
    ("layer_types", "[\"full_attention\", \"sliding_attention\"]", "sliding_attention"),
    ("partial_rotary_factor", "0.5", "partial_rotary_factor"),
    ("rope_parameters", "{\"partial_rotary_factor\": 0.25}", "partial_rotary_factor"),
    ("rope_parameters", "[]", "rope_parameters"),
    ("attention_bias", "true", "attention_bias"),
    ("mlp_bias", "true", "mlp_bias"),
    ("hidden_act", "\"gelu\"", "hidden_act"),
    ("quantization_config", "{\"bits\": 4}", "quantization_config"),
    ("rope_scaling", "{\"rope_type\": \"yarn\", \"factor\": 4.0}", "yarn"),
    ("num_key_value_heads", "3", "key-value heads"),
    ("head_dim", "15", "even"),
    ("hidden_size", "0", "hidden_size"),
    ("hidden_size", "6.5", "hidden_size"),
    ("vocab_size", "99999999999999999999", "vocab_size"),
    ("rms_norm_eps", "\"small\"", "rms_norm_eps"),
    ("rope_theta", "-1", "rope_theta"),
  ])
  func whatIsNotSupportedIsNamed(key: String, value: String, word: String) {
    let text = message([key: value])
    #expect(text.contains(word) && text.contains("config.json"), "\(text)")
  }

  @Test(arguments: ["vocab_size", "hidden_size", "num_hidden_layers", "model_type"])
  func whatIsMissingIsNamed(key: String) {
    let text = message([key: nil])
    #expect(text.contains(key) && text.contains("config.json"), "\(text)")
  }

  @Test(arguments: ModelCase.all)
  func whatIsWrittenIsRead(_ test: ModelCase) throws {
    let folder = try TemporaryFolder()
    try folder.write(try ConfigurationFile.text(test.configuration), to: "config.json")
    #expect(try ConfigurationFile.read(folder.file("config.json")) == test.configuration)
  }
}
