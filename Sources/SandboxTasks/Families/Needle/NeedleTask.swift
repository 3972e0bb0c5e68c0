import DataFiles

/// What the needles of a needle task lie in.
public enum HaystackKind: String, CaseIterable, Sendable {
  /// Independent filler words.
  case noise
  /// One sentence of eight filler words, drawn for the instance, over and over.
  case repeated
  /// Facts of the needles' own form about other keys.
  case needles
}

/// Needle: facts `first a b c d`, `second a b e f`, … in a haystack; the question names one or more
/// keys, and the answer is every value of each.
public struct NeedleTask: SandboxTask {
  /// What the needles lie in.
  public var haystack: HaystackKind
  /// The number of keys that are stated as needles, 1 … 8.
  public var keys: Int
  /// The number of values of each key, 1 … 4.
  public var values: Int
  /// How many of the keys are asked for, 1 … `keys`.
  public var queries: Int
  /// How many facts about other keys lie among the words of a noise or repeated haystack.
  public var distractors: Int

  static let name = "needle"
  static let defaultShare = 1.0
  static let form = Fact.form

  /// The most keys.
  static let keyLimit = 8

  static let settings: [Setting<NeedleTask>] = [
    Setting("haystack", \.haystack, help: "What the needles lie in.").shown(as: "KIND"),
    Setting("keys", \.keys, in: 1...keyLimit, help: "Needle keys in the context."),
    Setting("values", \.values, in: 1...SandboxToken.ordinalCount, help: "Values of each key."),
    Setting(
      "queries", \.queries, in: 1...keyLimit,
      help: "Keys that are asked for, at most as many as there are."),
    Setting(
      "distractors", \.distractors, in: 0...Int.max,
      help: "Facts about other keys among the words of a noise or repeated haystack."),
  ]

  /// One needle among needles, by default.
  public init(
    haystack: HaystackKind = .needles, keys: Int = 1, values: Int = 1, queries: Int = 1,
    distractors: Int = 0
  ) {
    self.haystack = haystack
    self.keys = keys
    self.values = values
    self.queries = queries
    self.distractors = distractors
  }

  public init() { self.init(keys: 1) }

  init(goldFacts count: Int) { self.init(keys: count) }

  func validate(_ settings: TaskSettings) throws(TaskSettingsError) {
    guard queries <= keys else {
      throw .unfit(
        setting: "queries", reason: "must be at most the number of keys, \(keys), not \(queries)")
    }
    if haystack == .needles {
      guard distractors == 0 else {
        throw .unfit(
          setting: "distractors",
          reason: "is for a haystack of noise or repeated words: a haystack of needles is "
            + "distractors throughout")
      }
      return
    }
    // Half of all keys at most, so that the wanted number of similar ones is always to be had.
    try settings.check("distractors", distractors, in: 0...(Entity.count / 2 * values))
    if let similar = settings.similar, similar > distractors {
      throw .unfit(
        setting: "similar",
        reason: "must be at most the number of distractors, \(distractors), not \(similar)")
    }
  }

  var needleCount: Int { keys * values }
  var goldCounts: ClosedRange<Int> { queries * values...queries * values }

  /// The neighbours of one key, of which the other asked keys may be some, with all their values.
  var similarLimit: Int { (Entity.neighbourCount - (queries - 1)) * values }

  func leastStatements(similar: Int?) -> Int {
    needleCount + (haystack == .needles ? similar ?? 0 : distractors)
  }

  var unit: Int { haystack == .needles ? Self.form.length : 1 }

  func isStatement(_ tokens: ArraySlice<Int32>) -> Bool {
    Fact.isSpelt(
      by: tokens, opening: SandboxToken.ordinal(0)...SandboxToken.ordinal(values - 1))
  }

  func english(_ instance: TaskInstance) -> EnglishWording {
    // With one value a key nobody would call it the first.
    let ordinals = (0..<values).map { number in
      values == 1 ? "" : Vocabulary.sandbox.words[Int(SandboxToken.ordinal(number))] + " "
    }
    let asked = instance.gold.filter { $0.hop % values == 0 }.map {
      EnglishWording.name(instance.context[$0.key])
    }.listed
    let isOne = queries * values == 1
    return EnglishWording(
      introduction: "Some passwords are told in the text below. Keep all of them in mind, for you "
        + "will be asked about \(isOne ? "one" : "some").",
      sentence: { statement in
        let fact = Fact(statement)
        return EnglishSentence(
          "The \(ordinals[Int(fact.opening - SandboxToken.ordinal(0))])password for ",
          .key(fact.key.name), " is ", .value(fact.value.name), ".")
      },
      question: isOne
        ? "What is the password for \(asked) according to the text above?"
        : "What are all the passwords for \(asked) according to the text above?",
      answerPrefix: isOne
        ? " The password for \(asked) is" : " All the passwords for \(asked) are",
      outputs: instance.goldValueNames)
  }
}

extension TaskFamily {
  public static let needle = TaskFamily(NeedleTask.self)
}

extension TaskShape {
  public static func needle(_ task: NeedleTask) -> TaskShape { TaskShape(task) }
}
