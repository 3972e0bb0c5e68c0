/// Settings of which no instance can be made.
public enum TaskSettingsError: Error, Equatable {
  /// A value outside its range.
  case outOfRange(name: String, value: String, range: String)
  /// A context too short for what must stand in it; `least` is the least possible length.
  case tooShort(length: Int, least: Int)
  /// More queried keys than keys.
  case tooManyQueries(queries: Int, keys: Int)
  /// A haystack of needles was given distractors, which it is made of anyway.
  case distractorsAmongNeedles
  /// More similar distractors than distractors.
  case tooFewDistractors(similar: Int, distractors: Int)
  /// A number of similar distractors for a family that has no such dial.
  case noSimilar(TaskFamily)
  /// A mixture whose shares are all zero.
  case emptyMixture
}

extension TaskSettingsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .outOfRange(let name, let value, let range):
      "\(name) is \(value), but must be \(range)"
    case .tooShort(let length, let least):
      "a context of \(length) tokens is too short for these settings: the least possible length "
        + "is \(least)"
    case .tooManyQueries(let queries, let keys):
      "\(queries) queried keys are more than the \(keys) there are: queries must be 1 … \(keys)"
    case .distractorsAmongNeedles:
      "distractors are for a haystack of noise or repeated words: a haystack of needles is "
        + "distractors throughout"
    case .tooFewDistractors(let similar, let distractors):
      "\(similar) similar distractors among \(distractors) distractors are impossible: among words "
        + "similar must be at most distractors"
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
    case .tooManyQueries: "queries"
    case .distractorsAmongNeedles: "distractors"
    case .tooFewDistractors: "similar"
    case .noSimilar: "similar"
    case .emptyMixture: "mixture"
    }
  }
}
