import DataFiles
import TensorKernels

/// How a `config.json` says what its layers are made of.
///
/// Where all layers of a `qwen3` see everything or as many keys by a rule that published files name, it
/// is written as they write it. Everything else has a `model_type` of our own, because what opens other
/// types would pass over the rules and compute something else.
extension ConfigurationFile {
  /// What files with layers of our own name as their model_type.
  static let ownType = "score-dilution"

  /// The plans that a file asks for; empty where all layers are as in published models.
  static func plans(
    _ r: inout JSONObjectReader, type: String, layers: Int, file: String
  ) throws -> [LayerPlan] {
    if type == ownType {
      return try r.objects("layer_plans").map { plan in
        var plan = plan
        return try LayerPlan(&plan)
      }
    }
    for visibility in AttentionRule.visibilities {
      guard let names = visibility.published, try isOn(names, &r) else { continue }
      let range = visibility.settings[0].wholeRange
      guard let size = try r.ifPresent(names.sizeKey, { try $0.int($1, in: range) }) else {
        throw CheckpointError.impossible(
          file: file, defect: "\(names.switchKey) is true, but \(names.sizeKey) is missing")
      }
      let rule = AttentionRule(visibility: visibility.init([Double(size)]))
      let first = try r.int(names.firstLayerKey, default: layers, in: 0...1 << 20)
      let kinds =
        try r.ifPresent("layer_types") { try $0.strings($1) }
        ?? (0..<layers).map { $0 < first ? fullAttention : names.layerType }
      return kinds.map { LayerPlan(attention: $0 == fullAttention ? .causalSoftmax : rule) }
    }
    return []
  }

  /// Whether a file switches a visibility on.
  static func isOn(_ names: PublishedVisibility, _ r: inout JSONObjectReader) throws -> Bool {
    try r.ifPresent(names.switchKey) { try $0.bool($1) } ?? false
  }

  /// The name of layers that see everything.
  static let fullAttention = "full_attention"

  /// The members that say what layers are made of, behind those of every file, and the model's type and
  /// architecture.
  static func layerMembers(
    _ c: ModelConfiguration
  ) -> (type: String, architecture: String, members: [JSONMember]) {
    let plain =
      c.hasQueryKeyNorm ? ("qwen3", "Qwen3ForCausalLM") : ("llama", "LlamaForCausalLM")
    if c.isPlain { return (plain.0, plain.1, []) }
    if let members = publishedMembers(c) { return (plain.0, plain.1, members) }
    return (
      ownType, "ScoreDilutionForCausalLM",
      [
        JSONMember("qk_norm", JSONValue(.bool(c.hasQueryKeyNorm))),
        JSONMember("layer_plans", JSONValue(.array(c.plans.map(\.json)))),
      ]
    )
  }

  /// The members by which published files say the same; nil where they cannot.
  private static func publishedMembers(_ c: ModelConfiguration) -> [JSONMember]? {
    let others = Set(c.plans).subtracting([LayerPlan()])
    guard c.hasQueryKeyNorm, others.count == 1, let plan = others.first,
      let visibility = plan.attention?.visibility, let names = type(of: visibility).published,
      plan == LayerPlan(attention: AttentionRule(visibility: visibility))
    else { return nil }
    let kinds = c.plans.map { $0 == plan ? names.layerType : fullAttention }
    let first = kinds.firstIndex(of: names.layerType) ?? c.layers
    return [
      JSONMember("layer_types", JSONValue(.array(kinds.map { JSONValue(.string($0)) }))),
      JSONMember(names.firstLayerKey, JSONValue(.integer(first))),
      JSONMember(names.sizeKey, JSONValue(.integer(Int(visibility.values[0])))),
      JSONMember(names.switchKey, JSONValue(.bool(true))),
    ]
  }
}
