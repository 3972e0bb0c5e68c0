import DataFiles

/// What an instance was made of, as files tell it.
public struct TaskSource: Sendable, Equatable {
  public var settings: TaskSettings
  public var seed: UInt64
  public var split: Split
  public var index: Int

  /// The source of an instance that is told by its parts.
  public init(settings: TaskSettings, seed: UInt64, split: Split, index: Int) {
    (self.settings, self.seed, self.split, self.index) = (settings, seed, split, index)
  }

  /// The source of an instance.
  public init(_ instance: TaskInstance) {
    settings = instance.settings
    seed = instance.seed
    split = instance.split
    index = instance.index
  }

  /// What files tell, as a tree.
  public var value: JSONValue {
    var json = JSONWriter()
    json.object { writeMembers(to: &$0) }
    do throws(JSONError) {
      return try JSONValue.parse(json.text)
    } catch {
      preconditionFailure("what was written as JSON is JSON: \(error)")
    }
  }

  /// Writes the members that tell it into an open object.
  func writeMembers(to json: inout JSONWriter) {
    json.member("task", settings.family.rawValue)
    json.member("index", index)
    json.member("split", split.rawValue)
    json.member("seed", seed)
    json.object("settings") { settings.writeMembers(to: &$0) }
  }

  /// Reads the members that tell it.
  init(_ reader: inout JSONObjectReader) throws(JSONError) {
    let family = try reader.choice("task", of: TaskFamily.self)
    index = try reader.int("index", in: 0 ... .max)
    split = try reader.choice("split")
    seed = try reader.uint64("seed")
    var members = try reader.object("settings")
    settings = try TaskSettings(family, &members)
  }
}

extension TaskSettings {
  func writeMembers(to json: inout JSONWriter) {
    json.member("length", length)
    json.optionalMember("depth", depth)
    json.finiteMember("rehearsal", rehearsal)
    json.key("similar")
    if let similar { json.append(similar) } else { json.appendNull() }
    switch shape {
    case .keyValue: break
    case .needle(let needle):
      json.member("haystack", needle.haystack.rawValue)
      json.member("keys", needle.keys)
      json.member("values", needle.values)
      json.member("queries", needle.queries)
      json.member("distractors", needle.distractors)
    case .multiHop(let multiHop):
      json.member("hops", multiHop.hops)
      json.member("order", multiHop.order.rawValue)
    case .transactionLog(let log): json.member("anomaly", name: log.anomaly?.rawValue)
    case .codeBug: break
    }
  }

  /// Reads all members of a settings object and rejects others.
  init(_ family: TaskFamily, _ reader: inout JSONObjectReader) throws(JSONError) {
    let shape: TaskShape
    switch family {
    case .keyValue: shape = .keyValue
    case .needle:
      shape = .needle(
        NeedleShape(
          haystack: try reader.choice("haystack"), keys: try reader.int("keys"),
          values: try reader.int("values"), queries: try reader.int("queries"),
          distractors: try reader.int("distractors")))
    case .multiHop:
      shape = .multiHop(
        MultiHopShape(hops: try reader.int("hops"), order: try reader.choice("order")))
    case .transactionLog:
      let anomaly = try reader.optional("anomaly") { (r, key) throws(JSONError) in
        try r.choice(key, of: LedgerAnomaly.self)
      }
      shape = .transactionLog(TransactionLogShape(anomaly: anomaly))
    case .codeBug: shape = .codeBug
    }
    self.init(
      shape, length: try reader.int("length"),
      depth: try reader.optional("depth") { (r, key) throws(JSONError) in try r.double(key) },
      rehearsal: try reader.double("rehearsal"),
      similar: try reader.optional("similar") { (r, key) throws(JSONError) in try r.int(key) })
    try reader.finish()
    do throws(TaskSettingsError) {
      try validate()
    } catch {
      throw reader.invalid(error.setting, "allows no instance: \(error)")
    }
  }
}

extension JSONWriter {
  /// A number that the settings' own checks keep finite.
  mutating func finiteMember(_ key: String, _ number: Double) {
    do {
      try member(key, number)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  mutating func optionalMember(_ key: String, _ number: Double?) {
    if let number {
      finiteMember(key, number)
    } else {
      self.key(key)
      appendNull()
    }
  }

  /// A name, or null where there is none.
  mutating func member(_ key: String, name: String?) {
    if let name { return member(key, name) }
    self.key(key)
    appendNull()
  }

  /// A half-open range as [start, end].
  mutating func append(_ range: Range<Int>) {
    append(integers: [range.lowerBound, range.upperBound])
  }

  mutating func member(_ key: String, _ range: Range<Int>) {
    self.key(key)
    append(range)
  }
}

extension JSONObjectReader {
  /// A member that may be missing or null.
  mutating func optional<Value>(
    _ key: String,
    _ read: (inout JSONObjectReader, String) throws(JSONError) -> Value
  ) throws(JSONError) -> Value? {
    guard let value = valueIfPresent(key), !value.isNull else { return nil }
    return try read(&self, key)
  }

  /// A half-open range [start, end] that is not empty and lies inside another.
  mutating func range(_ key: String, in whole: Range<Int>) throws(JSONError) -> Range<Int> {
    guard let range = try value(key).range(in: whole) else {
      throw invalid(
        key,
        "must be [start, end] with \(whole.lowerBound) ≤ start < end ≤ "
          + "\(whole.upperBound)")
    }
    return range
  }
}

extension JSONValue {
  /// A half-open range [start, end] that is not empty and lies inside another; nil for anything else.
  func range(in whole: Range<Int>) -> Range<Int>? {
    guard let ends = ints, ends.count == 2, ends[0] < ends[1],
      ends[0] >= whole.lowerBound, ends[1] <= whole.upperBound
    else { return nil }
    return ends[0]..<ends[1]
  }
}
