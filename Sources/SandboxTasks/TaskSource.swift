import DataFiles

/// What an instance was made of, as files record it.
public struct TaskSource: Sendable, Equatable {
  public var settings: TaskSettings
  public var seed: UInt64
  public var split: Split
  public var index: Int

  /// The source of an instance that is given by its parts.
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

  /// What files record, as a tree.
  public var value: JSONValue {
    var json = JSONWriter()
    json.object { writeMembers(to: &$0) }
    do throws(JSONError) {
      return try JSONValue.parse(json.text)
    } catch {
      preconditionFailure("what was written as JSON is JSON: \(error)")
    }
  }

  /// Writes its members into an open object.
  func writeMembers(to json: inout JSONWriter) {
    json.member("task", settings.family.rawValue)
    json.member("index", index)
    json.member("split", split.rawValue)
    json.member("seed", seed)
    json.object("settings") { settings.writeMembers(to: &$0) }
  }

  /// Reads its members.
  init(_ reader: inout JSONObjectReader) throws(JSONError) {
    let family = try reader.choice("task", of: TaskFamily.self)
    index = try reader.int("index", in: 0 ... .max)
    split = try reader.choice("split")
    seed = try reader.uint64("seed")
    var members = try reader.object("settings")
    settings = try TaskSettings(family, &members)
  }
}
