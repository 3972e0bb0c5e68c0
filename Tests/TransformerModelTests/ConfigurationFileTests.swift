import DataFiles
import TensorKernels
import TestSupport
import Testing
import TransformerModel

@Suite struct ConfigurationFileTests {
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

  /// Both spellings of a scaling, and what is left out of it.
  @Test func rotaryScalings() throws {
    let yarn = RotaryScaling.yarn(YaRNScaling(factor: 4, originalPositions: 1024))
    let old = try read([
      "rope_scaling":
        "{\"type\": \"yarn\", \"factor\": 4, \"original_max_position_embeddings\": 1024}"
    ])
    #expect(old.rotaryScaling == yarn && old.rotaryTheta == 1e6)
    let new = try read([
      "rope_theta": nil,
      "rope_parameters":
        "{\"rope_type\": \"yarn\", \"rope_theta\": 1e6, \"original_max_position_embeddings\": 1024}",
    ])
    // Without a factor it is the ratio of the two lengths.
    #expect(new == old)
    let sharp = try read([
      "rope_scaling": "{\"rope_type\": \"yarn\", \"factor\": 2.0, \"attention_factor\": 1.25}"
    ])
    #expect(
      sharp.rotaryScaling
        == .yarn(YaRNScaling(factor: 2, originalPositions: 4096, attentionFactor: 1.25)))
    #expect(sharp.rotaryAmplitude == 1.25)
    #expect(
      message([
        "rope_scaling": "{\"type\": \"linear\", \"factor\": 2}",
        "rope_parameters": "{\"type\": \"linear\", \"factor\": 4}",
      ]).hasSuffix("rope_scaling and rope_parameters differ; they must agree"))
  }

  /// transformers 5 gives the settings by kind of layer where `layer_types` are listed.
  @Test func rotarySettingsByKindOfLayer() throws {
    let settings =
      "{\"rope_type\": \"yarn\", \"rope_theta\": 5e5, \"factor\": 4.0, "
      + "\"original_max_position_embeddings\": 32}"
    let flat = try read(["rope_theta": nil, "rope_parameters": settings])
    #expect(flat.rotaryTheta == 5e5 && flat.rotaryScaling != nil)
    for nested in [
      "{\"full_attention\": \(settings)}",
      "{\"full_attention\": \(settings), \"sliding_attention\": {\"rope_type\": \"default\"}}",
    ] {
      #expect(try read(["rope_theta": nil, "rope_parameters": nested]) == flat)
    }
    #expect(
      message(["rope_parameters": "{\"full_attention\": {\"rope_typ\": \"yarn\"}}"]).contains(
        "rope_parameters.full_attention.rope_typ is not a known key"))
    #expect(
      message(["rope_parameters": "{\"full_attention\": {}, \"rope_theta\": 5e5}"]).contains(
        "rope_parameters.rope_theta is not a known key"))
  }

  /// What is left out in YaRN is that of the model, of which each architecture has its own default.
  @Test func positionsThatAreLeftOut() throws {
    let changes = [
      "max_position_embeddings": nil,
      "rope_scaling": "{\"rope_type\": \"yarn\", \"factor\": 2}",
    ]
    for (type, positions) in [("llama", 2048), ("qwen3", 32768)] {
      let read = try read(changes, type: type)
      #expect(read.maximumPositions == positions)
      #expect(
        read.rotaryScaling == .yarn(YaRNScaling(factor: 2, originalPositions: positions)))
    }
  }

  /// Members that change nothing as they stand are no reason to refuse a file.
  @Test func neutralMembersAreTaken() throws {
    let neutral: [String: String?] = [
      "attention_bias": "false", "hidden_activation": "\"silu\"", "is_causal": "true",
      "logits_scaling": "1.0", "pruned_heads": "{}", "final_logit_softcapping": "null",
      "attention_chunk_size": "null", "sliding_window": "4096", "max_window_layers": "28",
      "quantization_config": "null", "pretraining_tp": "1", "original_max_position_embeddings": "8",
      "use_cache": "true", "initializer_range": "0.02", "num_nextn": "0", "auto_map": "{}",
      "_name_or_path": "\"x\"", "mlp_bias": "false", "head_size": "7",
    ]
    #expect(try read(neutral) == read())
  }

  @Test(
    arguments: [
      .linear(factor: 2.5), .llama3(Llama3Scaling(factor: 8, originalPositions: 8192)),
      .yarn(YaRNScaling(factor: 4, originalPositions: 32768, betaFast: 24, attentionFactor: 1.1)),
    ] as [RotaryScaling])
  func scalingsAreWrittenAndRead(_ scaling: RotaryScaling) throws {
    var configuration = ModelCase.common
    configuration.rotaryScaling = scaling
    let folder = try TemporaryFolder()
    try folder.write(try ConfigurationFile.text(configuration), to: "config.json")
    #expect(try ConfigurationFile.read(folder.file("config.json")) == configuration)
  }

  @Test(arguments: [
    ("model_type", "\"qwen3_moe\"", "mixture of experts"),
    ("model_type", "\"qwen2\"", "biases"),
    ("model_type", "\"gemma3\"", "model_type"),
    ("num_experts", "128", "mixture of experts"),
    ("num_local_experts", "8", "num_local_experts"),
    ("use_sliding_window", "true", "use_sliding_window"),
    ("layer_types", "[\"full_attention\", \"sliding_attention\"]", "sliding_attention"),
    ("partial_rotary_factor", "0.5", "partial_rotary_factor"),
    ("rope_parameters", "{\"partial_rotary_factor\": 0.25}", "partial_rotary_factor"),
    ("rope_parameters", "[]", "rope_parameters"),
    ("attention_bias", "true", "attention_bias"),
    ("mlp_bias", "true", "mlp_bias"),
    ("hidden_act", "\"gelu\"", "hidden_act"),
    ("quantization_config", "{\"bits\": 4}", "quantization_config"),
    ("rope_scaling", "{\"type\": \"dynamic\", \"factor\": 4.0}", "dynamic"),
    ("rope_parameters", "{\"rope_type\": \"longrope\"}", "rope_parameters.rope_type"),
    ("rope_scaling", "{\"rope_type\": \"yarn\", \"factor\": 0.5}", "factor"),
    ("rope_scaling", "{\"rope_type\": \"yarn\", \"factor\": \"4\"}", "factor"),
    (
      "rope_scaling", "{\"rope_type\": \"yarn\", \"factor\": 2, \"beta_slow\": 64}", "beta_fast"
    ),
    ("rope_scaling", "{\"rope_type\": \"llama3\", \"factor\": 8}", "low_freq_factor"),
    ("rope_scaling", "{\"rope_type\": \"linear\"}", "factor"),
    ("num_key_value_heads", "3", "key-value heads"),
    ("head_dim", "15", "even"),
    ("hidden_size", "0", "hidden_size"),
    ("hidden_size", "6.5", "hidden_size"),
    ("vocab_size", "99999999999999999999", "vocab_size"),
    ("rms_norm_eps", "\"small\"", "rms_norm_eps"),
    ("rope_theta", "-1", "rope_theta"),
    ("rope_parameters", "{\"rope_theta\": 1e6, \"factr\": 4}", "rope_parameters.factr"),
    ("rope_scaling", "{\"type\": \"linear\", \"factor\": 2, \"beta_fast\": 3}", "beta_fast"),
    ("rope_scaling", "{\"rope_type\": \"default\", \"factor\": 4}", "rope_scaling.factor"),
    ("rope_scaling", "{\"rope_type\": \"yarn\", \"type\": \"linear\"}", "they must agree"),
    ("rope_parameters", "{\"sliding_attention\": {}}", "sliding_attention"),
    ("rope_scalling", "{\"type\": \"linear\", \"factor\": 2}", "write rope_scaling"),
    ("partial_rotary_facter", "0.5", "write partial_rotary_factor"),
    ("layer_types", "[\"full_attention\"]", "num_hidden_layers is 2"),
    ("hidden_activation", "\"gelu_pytorch_tanh\"", "hidden_activation"),
    ("qkv_bias", "true", "qkv_bias"), ("is_causal", "false", "is_causal"),
    ("logits_scaling", "8.0", "logits_scaling"), ("embedding_multiplier", "12", "12"),
    ("final_logit_softcapping", "30.0", "final_logit_softcapping"),
    ("query_pre_attn_scalar", "256", "query_pre_attn_scalar"),
    ("no_rope_layers", "[1, 0]", "no_rope_layers"),
    ("attention_chunk_size", "8192", "attention_chunk_size"),
    ("pruned_heads", "{\"0\": [1]}", "pruned_heads"),
    ("attention_bias", "\"no\"", "attention_bias"),
  ])
  func whatIsNotSupportedIsNamed(key: String, value: String, word: String) {
    let text = message([key: value])
    #expect(text.contains(word) && text.contains("config.json"), "\(text)")
  }

  /// Windows as published files have them: with and without kinds of layers.
  @Test func windowsAreTaken() throws {
    let windowed = LayerPlan(attention: AttentionRule(visibility: SlidingWindow(keys: 512)))
    func plans(_ more: [String: String?]) throws -> [LayerPlan] {
      let window: [String: String?] = ["use_sliding_window": "true", "sliding_window": "512"]
      return try read(window.merging(more) { $1 }).plans
    }
    #expect(try plans([:]).isEmpty)
    #expect(
      try plans(["layer_types": nil, "max_window_layers": "1"]) == [LayerPlan(), windowed])
    #expect(
      try plans(["layer_types": "[\"sliding_attention\", \"full_attention\"]"])
        == [windowed, LayerPlan()])
    #expect(message(["use_sliding_window": "true"]).contains("sliding_window is missing"))
  }

  @Test func windowsAreWrittenAsPublishedFilesHaveThem() throws {
    var configuration = ModelCase.common
    configuration.plans = [
      LayerPlan(), LayerPlan(attention: AttentionRule(visibility: SlidingWindow(keys: 80))),
    ]
    let folder = try TemporaryFolder()
    for (hasNorm, scale, type) in [
      (true, PlainScale(), "qwen3"), (false, PlainScale(), "score-dilution"),
      (true, LearnedScale(), "score-dilution"),
    ] as [(Bool, any ScoreScale, String)] {
      configuration.hasQueryKeyNorm = hasNorm
      configuration.plans[1].attention?.scale = scale
      try folder.write(try ConfigurationFile.text(configuration), to: "config.json")
      #expect(try ConfigurationFile.read(folder.file("config.json")) == configuration)
      let text = try ConfigurationFile.text(configuration)
      #expect(text.contains("\"model_type\": \"\(type)\""))
      #expect(text.contains("\"sliding_window\": 80") == (type == "qwen3"))
    }
  }

  /// Two readings of one file: where neither is named by the makers, none is chosen.
  @Test func ambiguousMembersAreNamed() {
    #expect(message(["sliding_window": "4096"], type: "llama").contains("sliding_window"))
    let text = message([
      "original_max_position_embeddings": "1024",
      "rope_scaling": "{\"type\": \"yarn\", \"factor\": 4}",
    ])
    #expect(text.contains("original_max_position_embeddings is 1024"), "\(text)")
  }

  @Test(arguments: ["vocab_size", "hidden_size", "num_hidden_layers", "model_type"])
  func whatIsMissingIsNamed(key: String) {
    let text = message([key: nil])
    #expect(text.contains(key) && text.contains("config.json"), "\(text)")
  }

  @Test(arguments: ModelCase.all.filter(\.isWritten))
  func whatIsWrittenIsRead(_ test: ModelCase) throws {
    let folder = try TemporaryFolder()
    try folder.write(try ConfigurationFile.text(test.configuration), to: "config.json")
    #expect(try ConfigurationFile.read(folder.file("config.json")) == test.configuration)
  }
}
