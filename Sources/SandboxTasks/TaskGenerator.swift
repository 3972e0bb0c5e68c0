import Randomness

/// Makes the instances of a task.
///
/// An instance is a function of (settings, seed, split, index): number 7 alone equals number 7 of a
/// thousand. The length decides nothing but how much of the haystack there is: along a ladder of
/// lengths the needles, the question, the answer and the relative depths are the same, and the
/// statements of a shorter haystack are a subsequence of a longer one's.
public struct TaskGenerator: Sendable {
  /// What every instance is made of.
  public let settings: TaskSettings
  public let seed: UInt64
  public let split: Split

  /// A generator of one split of a task.
  ///
  /// - Throws: `TaskSettingsError` when no instance can be made of the settings.
  public init(
    _ settings: TaskSettings, seed: UInt64, split: Split = .test
  ) throws(TaskSettingsError) {
    try settings.validate()
    self.settings = settings
    self.seed = seed
    self.split = split
  }

  /// Instance number `index`, from 0.
  ///
  /// - Complexity: O(T log T) time, O(T) memory.
  public func instance(_ index: Int) -> TaskInstance {
    precondition(index >= 0, "instances are numbered from 0")
    let random = RandomStream(seed: seed, label: "sandbox tasks")
      .child(settings.family.rawValue).child(split.rawValue).child(index)
    let draft = settings.shape.task.draft(settings, random)
    precondition(draft.context.count == settings.length, "a context has the exact length")
    return TaskInstance(
      settings: settings, seed: seed, split: split, index: index, context: draft.context,
      question: draft.question, answer: draft.answer, answerIsValue: draft.answerIsValue,
      trace: draft.trace, gold: draft.gold, similarDistractors: draft.similarDistractors)
  }

  /// The same instance at several lengths, in nested haystacks.
  ///
  /// - Throws: `TaskSettingsError` when a length is impossible.
  public func ladder(lengths: [Int], index: Int) throws(TaskSettingsError) -> [TaskInstance] {
    var rungs: [TaskInstance] = []
    for length in lengths {
      var rung = settings
      rung.length = length
      rungs.append(try TaskGenerator(rung, seed: seed, split: split).instance(index))
    }
    return rungs
  }
}

/// What a family hands to the generator: all of an instance that depends on the family.
struct TaskDraft {
  var context: [Int32]
  var gold: [GoldFact]
  var similarDistractors: [Range<Int>] = []
  var question: [Int32] = []
  var answer: [Int32] = []
  var answerIsValue: [Bool] = []
  var trace: [Int32] = []

  init(writer: ContextWriter) {
    context = writer.context
    gold = writer.gold
    similarDistractors = writer.similarDistractors
  }

  init(_ writer: LineWriter) {
    context = writer.context
    gold = writer.gold
  }

  mutating func appendAnswer(_ token: Int32) {
    answer.append(token)
    answerIsValue.append(false)
  }

  mutating func appendAnswer(_ entity: Entity, isValue: Bool) {
    answer.append(entity)
    answerIsValue += [isValue, isValue]
  }
}
