import DataFiles

/// Named streams of instances; no two share a draw.
public enum Split: String, CaseIterable, Sendable {
  /// For training; training never sees the other two.
  case train
  /// For choosing learning rates and the like.
  case heldOut = "held-out"
  /// For what is reported.
  case test
}

/// Everything but seed, split and index that an instance is made of.
public struct TaskSettings: Sendable, Equatable {
  /// The family and its own choices.
  public var shape: TaskShape

  /// The exact number of context tokens, T.
  public var length: Int

  /// Where the needles stand, as a share of the context's length in 0 … 1; nil draws a depth for each.
  /// Needles that share a fixed depth stand together.
  public var depth: Double?

  /// The probability that a distractor fact is a repetition, in 0..<1. In a log, that an account has
  /// a further operation; in code, that a line calls a function instead of defining one.
  public var rehearsal: Double

  /// The exact number of distinct distractor facts whose key shares exactly one symbol, in the same
  /// place, with a key on the path to the answer; nil leaves it to chance.
  public var similar: Int?

  /// Settings of a shape and a length.
  public init(
    _ shape: TaskShape, length: Int, depth: Double? = nil, rehearsal: Double = 0.5,
    similar: Int? = nil
  ) {
    self.shape = shape
    self.length = length
    self.depth = depth
    self.rehearsal = rehearsal
    self.similar = similar
  }

  /// The settings that all families have, besides the length.
  public static let common: [Setting<TaskSettings>] = [
    Setting(
      "depth", \.depth, in: .closed(0...1),
      help: "Where the needle stands, as a share of the context; drawn when not given."),
    Setting(
      "rehearsal", \.rehearsal, in: .halfOpen(0..<1),
      help: "Probability that a distractor fact repeats an earlier one."),
    Setting(
      "similar", \.similar, in: 0...1024,
      help:
        "How many distinct distractor facts share one symbol with a needle; left to chance when "
        + "not given."),
  ]

  /// The family.
  public var family: TaskFamily { shape.family }
}

extension TaskSettings {
  /// The longest context, in tokens.
  public static let lengthLimit = 1 << 28

  /// The most similar distractors these settings allow, whatever keys are drawn.
  public var similarLimit: Int { shape.task.similarLimit }

  /// The least length that holds the needles and the distractors asked for by number, in tokens.
  public var leastLength: Int {
    family.form.length * shape.task.leastStatements(similar: similar)
  }

  /// The greatest length, in tokens.
  public var greatestLength: Int { family.type.lengthLimit }

  /// Throws for the first setting that no instance can be made of.
  public func validate() throws(TaskSettingsError) {
    for setting in family.settings {
      if let defect = setting.defect(in: shape) { throw TaskSettingsError(defect) }
    }
    try check("length", length, in: 1...greatestLength)
    if similar != nil && similarLimit == 0 { throw .noSimilar(family) }
    for setting in Self.common {
      if let defect = setting.defect(in: self) { throw TaskSettingsError(defect) }
    }
    if let similar { try check("similar", similar, in: 0...similarLimit) }
    try shape.task.validate(self)
    guard length >= leastLength else { throw .tooShort(length: length, least: leastLength) }
  }

  func check(
    _ name: String, _ value: Int, in range: ClosedRange<Int>
  ) throws(TaskSettingsError) {
    guard range.contains(value) else {
      throw .outOfRange(
        name: name, value: "\(value)", range: "\(range.lowerBound) … \(range.upperBound)")
    }
  }

  /// Writes the length, what all families have and the family's own settings into an open object.
  public func writeMembers(to json: inout JSONWriter) {
    json.member("length", length)
    for setting in Self.common { setting.write(self, to: &json) }
    for setting in family.settings { setting.write(shape, to: &json) }
  }

  /// Reads all members of a settings object and rejects others.
  init(_ family: TaskFamily, _ reader: inout JSONObjectReader) throws(JSONError) {
    self.init(
      try TaskShape(family, &reader, isRequired: true), length: try reader.int("length"))
    for setting in Self.common {
      try setting.read(into: &self, from: &reader, isRequired: !setting.mayBeAbsent)
    }
    try reader.finish()
    do throws(TaskSettingsError) {
      try validate()
    } catch {
      throw reader.invalid(error.setting, "allows no instance: \(error)")
    }
  }
}
