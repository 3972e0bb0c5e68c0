import DataFiles
import Randomness

/// A family of tasks, with everything that belongs to it; a value holds the settings that the family
/// alone has.
///
/// A family has a folder of its own, and one line of `TaskCatalog` makes it known to every command. What
/// has a default below is for families that depart from a stream of facts about one asked key.
protocol SandboxTask: Equatable, Sendable {
  // MARK: Names and settings

  /// What files and options call it: `key-value`.
  static var name: String { get }

  /// The settings that it alone has, in the order in which files write them.
  static var settings: [Setting<Self>] { get }

  /// Words that its tokens need besides the 64 of `Vocabulary.sandbox`; their tokens are those from
  /// `TaskCatalog.firstOwnToken` on.
  static var ownWords: [String] { get }

  /// The defaults.
  init()

  /// Settings with so many gold facts: of texts, no more is known.
  init(goldFacts count: Int)

  /// Throws what the ranges of settings cannot say.
  func validate(_ settings: TaskSettings) throws(TaskSettingsError)

  // MARK: Instances

  /// How many tokens a statement has, and where in it key and value stand.
  static var form: LineForm { get }

  /// The greatest length of a context, in tokens.
  static var lengthLimit: Int { get }

  /// The number of statements that every context has: the asked facts, and others that belong to them.
  var needleCount: Int { get }

  /// The number of gold facts that an instance may have.
  var goldCounts: ClosedRange<Int> { get }

  /// The most similar distractors, whatever keys are drawn; 0 where the family has no such dial.
  var similarLimit: Int { get }

  /// The number of statements of the shortest context.
  func leastStatements(similar: Int?) -> Int

  /// The tokens by which a haystack grows.
  var unit: Int { get }

  /// Whether tokens, as many as a statement has, are a statement of these settings.
  func isStatement(_ tokens: ArraySlice<Int32>) -> Bool

  /// Context, question, answer and gold facts of an instance: a function of settings and stream alone.
  ///
  /// The context has exactly `settings.length` tokens: whole statements and filler words.
  func draft(_ settings: TaskSettings, _ random: RandomStream) -> TaskDraft

  // MARK: Questions and answers

  /// What stands behind the question where the answer is wanted at once; nil for nothing.
  static var answerMarker: Int32? { get }

  /// What stands behind the question where a trace is wanted first; nil for nothing.
  static var traceMarker: Int32? { get }

  /// For each answer token, the hops of the gold facts that lead to it; the last one's fact holds it.
  func answerHops(_ instance: TaskInstance) -> [ClosedRange<Int>]

  /// Where in the right trace each gold fact's value begins; nil where the answer itself, and no trace,
  /// looks the facts up.
  func valuePlaces(inTraceOf instance: TaskInstance) -> [Int]?

  // MARK: English

  /// An instance's English.
  func english(_ instance: TaskInstance) -> EnglishWording

  /// Whether texts for real models are lines of a paper's own (in Prompts) and not this English.
  static var hasPaperText: Bool { get }

  // MARK: Training

  /// The share in a mixture that does not give it.
  static var defaultShare: Double { get }

  /// What training sequences are made of besides the rehearsal that all families share.
  static var trainingSettings: [Setting<TrainingMixture>] { get }

  /// The slices that no family before it has, by which accuracy is distinguished.
  static var slices: [TrainingSlice.Declaration] { get }

  /// A sequence to learn the task from, with about `facts` statements.
  static func trainingSequence(
    _ mixture: TrainingMixture, facts: Int, stream: inout RandomStream
  ) -> TrainingSequence
}

extension SandboxTask {
  static var ownWords: [String] { [] }
  static var lengthLimit: Int { TaskSettings.lengthLimit }
  static var answerMarker: Int32? { nil }
  static var traceMarker: Int32? { nil }
  static var hasPaperText: Bool { false }
  static var defaultShare: Double { 0 }
  static var trainingSettings: [Setting<TrainingMixture>] { [] }

  var similarLimit: Int { 0 }
  var unit: Int { Self.form.length }

  init(goldFacts count: Int) { self.init() }

  func validate(_ settings: TaskSettings) throws(TaskSettingsError) {}

  func leastStatements(similar: Int?) -> Int { needleCount + (similar ?? 0) }

  /// The answer gives the values of the facts one by one, each behind what restates its fact.
  func answerHops(_ instance: TaskInstance) -> [ClosedRange<Int>] {
    let last = max(0, (instance.gold.last?.hop ?? 0))
    var hop = 0
    var wasValue = false
    return instance.answerIsValue.map { isValue in
      // What follows a value, up to the next value's end, restates the next fact.
      if wasValue && !isValue { hop += 1 }
      wasValue = isValue
      return min(hop, last)...min(hop, last)
    }
  }

  func valuePlaces(inTraceOf instance: TaskInstance) -> [Int]? { nil }

  func equals(_ other: any SandboxTask) -> Bool { (other as? Self) == self }

  /// The settings as those of what holds a value of any family.
  static var shapeSettings: [Setting<TaskShape>] {
    settings.map { setting in
      setting.of(
        get: { shape in
          guard let task = shape.task as? Self else {
            preconditionFailure("\(setting.name) is a setting of \(Self.name)")
          }
          return task
        }, set: { $0 = TaskShape($1) })
    }
  }
}
