import DataFiles
import TensorKernels

/// How rules and plans are written in configurations and recipes.
///
/// A rule is an object of its parts, each a name or an object with a name and settings; what is missing
/// is as in published models: `{visibility: {name: "window", keys: 64}, scale: "learned"}`.
extension AttentionRule {
  /// Reads a rule.
  ///
  /// - Throws: `JSONError` that names what is not known or out of range.
  public init(_ reader: inout JSONObjectReader) throws {
    self.init(
      visibility: try Self.part("visibility", &reader, of: Self.visibilities) { $0.init($1) }
        ?? CausalVisibility(),
      scale: try Self.part("scale", &reader, of: Self.scales) { $0.init($1) } ?? PlainScale(),
      normalizer: try Self.part("weights", &reader, of: Self.normalizers) { $0.init($1) }
        ?? Softmax())
    try reader.finish()
  }

  private static func part<Kind, Part>(
    _ key: String, _ reader: inout JSONObjectReader, of catalog: [Kind],
    _ make: (Kind, [Double]) -> Part
  ) throws -> Part? {
    guard let value = reader.valueIfPresent(key) else { return nil }
    let types = catalog.compactMap { $0 as? any AttentionRulePart.Type }
    let names = types.map { $0.name }
    let name: String
    var inner: JSONObjectReader?
    if value.string != nil {
      name = try reader.string(key)
    } else {
      var object = try reader.object(key)
      name = try object.string("name")
      inner = object
    }
    guard let index = names.firstIndex(of: name) else {
      let known = names.joined(separator: ", ")
      throw reader.invalid(key, "is \"\(name)\", but must be one of \(known)")
    }
    var values: [Double] = []
    for setting in types[index].settings {
      guard var object = inner else {
        throw reader.invalid(
          key, "needs \(setting.name): write {name: \"\(name)\", \(setting.name): …}")
      }
      values.append(
        setting.isWhole
          ? Double(try object.int(setting.name, in: setting.wholeRange))
          : try object.double(setting.name, in: setting.range))
      inner = object
    }
    try inner?.finish()
    return make(catalog[index], values)
  }

  /// The rule as `init` reads it, without what is as in published models.
  public var json: JSONValue {
    let all: [(key: String, part: any AttentionRulePart, isPlain: Bool)] = [
      ("visibility", visibility, visibility is CausalVisibility),
      ("scale", scale, scale is PlainScale), ("weights", normalizer, normalizer is Softmax),
    ]
    return JSONValue(
      .object(all.filter { !$0.isPlain }.map { JSONMember($0.key, Self.json(of: $0.part)) }))
  }

  private static func json(of part: any AttentionRulePart) -> JSONValue {
    let type = type(of: part)
    let name = JSONValue(.string(type.name))
    if type.settings.isEmpty { return name }
    return JSONValue(
      .object(
        [JSONMember("name", name)]
          + zip(type.settings, part.values).map { setting, value in
            JSONMember(
              setting.name,
              setting.isWhole ? JSONValue(.integer(Int(value))) : JSONValue(.double(value)))
          }))
  }
}

extension LayerPlan {
  /// Reads what a model's layers are made of: `attention`, a rule for all of them or an array with a plan
  /// for each. Empty where it is not there.
  ///
  /// - Throws: `JSONError`.
  public static func plans(_ reader: inout JSONObjectReader, layers: Int) throws -> [LayerPlan] {
    guard let value = reader.valueIfPresent("attention") else { return [] }
    if value.elements != nil {
      return try reader.objects("attention").map { plan in
        var plan = plan
        return try LayerPlan(&plan)
      }
    }
    var rule = try reader.object("attention")
    return [LayerPlan](repeating: LayerPlan(attention: try AttentionRule(&rule)), count: layers)
  }

  /// Plans as `plans` reads them.
  public static func json(_ plans: [LayerPlan]) -> JSONValue {
    if let first = plans.first, let rule = first.attention, Set(plans).count == 1, first.hasMLP {
      return rule.json
    }
    return JSONValue(.array(plans.map(\.json)))
  }

  /// Reads a layer: `attention`, a rule or null for none, and `mlp`, whether there is one.
  ///
  /// - Throws: `JSONError`.
  public init(_ reader: inout JSONObjectReader) throws {
    self.init()
    if let value = reader.valueIfPresent("attention") {
      if value.isNull {
        attention = nil
      } else {
        var rule = try reader.object("attention")
        attention = try AttentionRule(&rule)
      }
    }
    hasMLP = try reader.bool("mlp", default: true)
    try reader.finish()
  }

  /// The layer as `init` reads it, without what is as in published models.
  public var json: JSONValue {
    var members: [JSONMember] = []
    if attention != .causalSoftmax {
      members.append(JSONMember("attention", attention?.json ?? JSONValue(.null)))
    }
    if !hasMLP { members.append(JSONMember("mlp", JSONValue(.bool(false)))) }
    return JSONValue(.object(members))
  }
}
