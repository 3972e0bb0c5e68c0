import SandboxTasks
import TensorKernels
import TestTimeCompute

/// A task of a sweep: everything of its settings but the length.
public struct SweepTask: Sendable, Equatable {
  /// What tables call it.
  public var label: String
  /// The family and its own choices.
  public var shape: TaskShape
  /// Where the needle stands, as a share of the context; nil draws it.
  public var depth: Double?
  /// The probability that a distractor repeats an earlier one.
  public var rehearsal: Double
  /// The number of distractors that share a symbol with a needle; nil leaves it to chance.
  public var similar: Int?
  /// How the task is asked as text; nil for the sandbox's own tokens.
  public var text: SweepText?

  /// The settings at T = `length`.
  public func settings(length: Int) -> TaskSettings {
    TaskSettings(shape, length: length, depth: depth, rehearsal: rehearsal, similar: similar)
  }
}

/// A method of a sweep under the name that tables give it.
public struct SweepMethod: Sendable, Equatable {
  /// What tables call it; no two methods of a sweep share it.
  public var label: String
  /// What is done.
  public var choice: ChosenMethod
}

/// What a sweep is to compute: a grid of tasks, lengths and methods, and how many instances.
///
/// In a spec, a list in the place of a setting means each of its elements in turn.
public struct SweepSpec: Sendable, Equatable {
  /// The checkpoint folder, as given.
  public var model: String
  public var tasks: [SweepTask]
  /// T, ascending or as the user orders them.
  public var lengths: [Int]
  /// Whether positions are rotated: as trained, or switched off, or both in turn.
  public var rotary: [Bool]
  public var methods: [SweepMethod]
  /// How keys and values are stored.
  public var keyValuePrecision: StoragePrecision
  /// Instances of each cell: numbers 0 ..< count.
  public var count: Int
  public var seed: UInt64
  public var split: Split
  /// The instruments that are read beside the standard ones, by name and in the catalog's order.
  public var instruments: [String] = []
  /// The name of the part of the study; nil where the file is one sweep.
  public var part: String?
  /// The file's content, word for word.
  public var text: String

  /// The version of the spec's language, of records and of their keys. Records of version 1 charged steps
  /// on spans at the mean span, wrote thinking traces until the budget was spent, and averaged target
  /// mass over all value tokens; they are not read.
  public static let formatVersion = 2
}
