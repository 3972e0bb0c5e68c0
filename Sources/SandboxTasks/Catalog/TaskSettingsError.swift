import DataFiles

/// Settings of which no instance can be made.
public enum TaskSettingsError: Error, Equatable {
  /// A value outside its range.
  case outOfRange(name: String, value: String, range: String)
  /// A context too short for what must stand in it; `least` is the least possible length.
  case tooShort(length: Int, least: Int)
  /// A setting that does not go with the others; the reason follows its name: "must be 1 … 3, …".
  case unfit(setting: String, reason: String)
  /// A number of similar distractors for a family that has no such dial.
  case noSimilar(TaskFamily)
  /// A mixture whose shares are all zero.
  case emptyMixture

  init(_ defect: SettingDefect) {
    self = .outOfRange(name: defect.name, value: defect.value, range: defect.range)
  }
}

extension TaskSettingsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .outOfRange(let name, let value, let range):
      "\(name) is \(value), but must be \(range)"
    case .tooShort(let length, let least):
      "a context of \(length) tokens is too short for these settings: the least possible length "
        + "is \(least)"
    case .unfit(let setting, let reason): "\(setting) \(reason)"
    case .noSimilar(let family):
      "similar is no setting of \(family.rawValue): leave it out"
    case .emptyMixture:
      "a mixture needs a family whose share is above zero"
    }
  }
}

extension TaskSettingsError {
  /// The setting to change, by its name in files.
  public var setting: String {
    switch self {
    case .outOfRange(let name, _, _): name
    case .tooShort: "length"
    case .unfit(let setting, _): setting
    case .noSimilar: "similar"
    case .emptyMixture: "mixture"
    }
  }
}
