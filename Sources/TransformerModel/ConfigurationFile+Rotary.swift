import DataFiles

/// What a configuration says about rotary positions.
struct RotaryEntry {
  var theta: Double
  var scaling: RotaryScaling?
}

extension ConfigurationFile {
  /// The base lies at the top level (transformers 4), in `rope_parameters` (transformers 5), or, as this
  /// module writes it, in both; a scaling lies in `rope_scaling` or in `rope_parameters`.
  static func rotary(
    _ r: inout JSONObjectReader, file: String, maximumPositions: Int
  ) throws -> RotaryEntry {
    var bases: [(key: String, theta: Double)] = []
    var scalings: [(key: String, scaling: RotaryScaling?)] = []
    for key in ["rope_scaling", "rope_parameters"] {
      guard let value = r.valueIfPresent(key), !value.isNull else { continue }
      var rope = try fullAttention(JSONObjectReader(value, file: file, path: key))
      try ConfigurationRefusals.checkShare(&rope, file: file)
      scalings.append((key, try scaling(&rope, file: file, maximumPositions: maximumPositions)))
      if let theta = try rope.ifPresent("rope_theta", { try $0.double($1, above: 0) }) {
        bases.append(("\(rope.path).rope_theta", theta))
      }
      try rope.finish()
    }
    if let theta = try r.ifPresent("rope_theta", { try $0.double($1, above: 0) }) {
      bases.append(("rope_theta", theta))
    }
    // Two values would make one model here and another one elsewhere.
    if let first = bases.first, let other = bases.first(where: { $0.theta != first.theta }) {
      throw CheckpointError.impossible(
        file: file,
        defect:
          "\(first.key) is \(first.theta), but \(other.key) is \(other.theta); they must agree")
    }
    if scalings.count == 2 && scalings[0].scaling != scalings[1].scaling {
      throw CheckpointError.impossible(
        file: file, defect: "rope_scaling and rope_parameters differ; they must agree")
    }
    // One release takes it where the scaling names none, another does not.
    if let scaling = scalings.first?.scaling, let read = scaling.originalPositions,
      let own = try r.ifPresent("original_max_position_embeddings", { try $0.int($1) }), own != read
    {
      throw CheckpointError.impossible(
        file: file,
        defect: "original_max_position_embeddings is \(own), but that of the rotary scaling is "
          + "\(read); they must agree")
    }
    return RotaryEntry(theta: bases.first?.theta ?? 10_000, scaling: scalings.first?.scaling)
  }

  /// The settings themselves: transformers 5 gives them for each kind of layer where `layer_types` are
  /// listed, and all layers here are of one kind.
  private static func fullAttention(
    _ rope: JSONObjectReader
  ) throws(JSONError) -> JSONObjectReader {
    let kind = "full_attention"
    guard rope.contains(kind) else { return rope }
    var kinds = rope
    let settings = try kinds.object(kind)
    // No layer is of this kind, or the file would have been refused.
    _ = kinds.valueIfPresent("sliding_attention")
    try kinds.finish()
    return settings
  }

  private static func scaling(
    _ r: inout JSONObjectReader, file: String, maximumPositions: Int
  ) throws -> RotaryScaling? {
    let old = try r.ifPresent("type") { try $0.string($1) }
    let new = try r.ifPresent("rope_type") { try $0.string($1) }
    if let old, let new, old != new {
      throw r.invalid(
        "type",
        "is \"\(legible(old))\", but rope_type is \"\(legible(new))\"; they must agree")
    }
    let kind = new ?? old ?? "default"
    func original(_ r: inout JSONObjectReader) throws -> Int {
      try r.ifPresent("original_max_position_embeddings") { try $0.int($1, in: 1...1 << 30) }
        ?? maximumPositions
    }
    func number(_ key: String, _ r: inout JSONObjectReader) throws -> Double? {
      try r.ifPresent(key) { try $0.double($1) }
    }
    switch kind {
    case "default": return nil
    case "linear": return .linear(factor: try r.double("factor"))
    case "llama3":
      return .llama3(
        Llama3Scaling(
          factor: try r.double("factor"), lowFrequencyFactor: try r.double("low_freq_factor"),
          highFrequencyFactor: try r.double("high_freq_factor"),
          originalPositions: try original(&r)))
    case "yarn":
      let positions = try original(&r)
      let factor =
        try number("factor", &r) ?? Double(maximumPositions) / Double(positions)
      var attention = try number("attention_factor", &r)
      let part = try number("mscale", &r) ?? 0
      let whole = try number("mscale_all_dim", &r) ?? 0
      if attention == nil && part != 0 && whole != 0 {
        attention =
          YaRNScaling.sharpening(factor, part) / YaRNScaling.sharpening(factor, whole)
      }
      return .yarn(
        YaRNScaling(
          factor: factor, originalPositions: positions,
          betaFast: try number("beta_fast", &r) ?? 32, betaSlow: try number("beta_slow", &r) ?? 1,
          attentionFactor: attention,
          truncates: try r.ifPresent("truncate") { try $0.bool($1) } ?? true))
    default:
      throw CheckpointError.unsupported(
        file: file, key: "\(r.path).rope_type", value: kind,
        supported: "one of default, linear, llama3 and yarn")
    }
  }

  /// The members that say how rotary positions are scaled; none without a scaling.
  static func members(_ scaling: RotaryScaling?) -> [(key: String, value: JSONValue)] {
    func number(_ value: Double) -> JSONValue { .init(.double(value)) }
    func integer(_ value: Int) -> JSONValue { .init(.integer(value)) }
    switch scaling {
    case nil: return [("rope_type", "default")]
    case .linear(let factor): return [("rope_type", "linear"), ("factor", number(factor))]
    case .llama3(let s):
      return [
        ("rope_type", "llama3"), ("factor", number(s.factor)),
        ("low_freq_factor", number(s.lowFrequencyFactor)),
        ("high_freq_factor", number(s.highFrequencyFactor)),
        ("original_max_position_embeddings", integer(s.originalPositions)),
      ]
    case .yarn(let s):
      return [
        ("rope_type", "yarn"), ("factor", number(s.factor)),
        ("original_max_position_embeddings", integer(s.originalPositions)),
        ("attention_factor", number(s.attentionFactor)), ("beta_fast", number(s.betaFast)),
        ("beta_slow", number(s.betaSlow)), ("truncate", .init(.bool(s.truncates))),
      ]
    }
  }
}
