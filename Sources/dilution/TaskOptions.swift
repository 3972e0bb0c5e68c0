import ArgumentParsing
import SandboxTasks

/// The options that say what instances of a task are made of.
enum TaskOptions {
  static let task = Option.required(
    "task", .choice.shown(as: "TASK") as ValueKind<TaskFamily>, help: "The family of tasks.")

  static let lengths = Option.optional(
    "length", .list(of: .size(in: 1...TaskSettings.lengthLimit)),
    help: "Context lengths in tokens, exact; 4K is 4096. With --format text they are tokens of "
      + "--tokenizer. Needed, unless --lines is given.")

  static let count = Option.defaulted(
    "count", .size(in: 1...1_000_000_000), to: 100, help: "Instances at each length.")

  static let split = Option.defaulted(
    "split", .choice.shown(as: "SPLIT"), to: Split.test,
    help: "The stream to draw from; no two share an instance, and training uses train alone.")

  static let depth = Option.optional(
    "depth", .number(in: 0...1),
    help: "Where the needle stands, as a share of the context; drawn when not given.")

  static let rehearsal = Option.defaulted(
    "rehearsal", .number(in: 0..<1), to: 0.5,
    help: "Probability that a distractor fact repeats an earlier one.")

  static let similar = Option.optional(
    "similar", .integer(in: 0...1024),
    help: "How many distinct distractor facts share one symbol with a needle; left to chance when "
      + "not given.")

  static let haystack = Option.defaulted(
    "haystack", .choice.shown(as: "KIND"), to: HaystackKind.needles,
    help: "What the needles lie in.")

  static let keys = Option.defaulted(
    "keys", .integer(in: 1...TaskSettings.keyLimit), to: 1, help: "Needle keys in the context.")

  static let values = Option.defaulted(
    "values", .integer(in: 1...SandboxToken.ordinalCount), to: 1, help: "Values of each key.")

  static let queries = Option.defaulted(
    "queries", .integer(in: 1...TaskSettings.keyLimit), to: 1,
    help: "Keys that are asked for, at most as many as there are.")

  static let distractors = Option.defaulted(
    "distractors", .integer(in: 0...Int.max), to: 0,
    help: "Facts about other keys among the words of a noise or repeated haystack.")

  static let hops = Option.defaulted(
    "hops", .integer(in: 1...SandboxToken.hopLimit), to: 2,
    help: "Facts to follow from the question to the answer.")

  static let order = Option.defaulted(
    "order", .choice.shown(as: "ORDER"), to: FactOrder.shuffled,
    help: "The order of a chain's facts in the context.")

  static let anomaly = Option.optional(
    "anomaly", .choice.shown(as: "KIND") as ValueKind<LedgerAnomaly>,
    help: "What is wrong with one line; drawn when not given.")

  static let groups = [
    OptionGroup("Task", [task, lengths, count, split, depth, rehearsal, similar]),
    OptionGroup(
      "Options of --task needle", [haystack, keys, values, queries, distractors]),
    OptionGroup("Options of --task multi-hop", [hops, order]),
    OptionGroup("Options of --task transaction-log", [anomaly]),
  ]

  /// The settings at one length.
  ///
  /// - Throws: `ArgumentError.rule` where the options do not go together or the length is too short.
  static func settings(
    _ arguments: Arguments, length: Int
  ) throws(ArgumentError) -> TaskSettings {
    let settings = TaskSettings(
      try shape(arguments), length: length, depth: arguments[depth],
      rehearsal: arguments[rehearsal], similar: arguments[similar])
    do throws(TaskSettingsError) {
      try settings.validate()
    } catch {
      throw .rule(sentence(error))
    }
    return settings
  }

  private static func shape(_ arguments: Arguments) throws(ArgumentError) -> TaskShape {
    let family = arguments[task]
    let owners: [(TaskFamily, Bool, OptionDeclaration)] = [
      (.needle, arguments.isGiven(haystack), haystack.declaration),
      (.needle, arguments.isGiven(keys), keys.declaration),
      (.needle, arguments.isGiven(values), values.declaration),
      (.needle, arguments.isGiven(queries), queries.declaration),
      (.needle, arguments.isGiven(distractors), distractors.declaration),
      (.multiHop, arguments.isGiven(hops), hops.declaration),
      (.multiHop, arguments.isGiven(order), order.declaration),
      (.transactionLog, arguments.isGiven(anomaly), anomaly.declaration),
    ]
    for (owner, isGiven, option) in owners where isGiven && owner != family {
      throw .rule(
        "\(option.flag) is an option of --task \(owner.rawValue), not of \(family.rawValue).")
    }
    switch family {
    case .keyValue: return .keyValue
    case .needle:
      return .needle(
        NeedleShape(
          haystack: arguments[haystack], keys: arguments[keys], values: arguments[values],
          queries: arguments[queries], distractors: arguments[distractors]))
    case .multiHop:
      return .multiHop(MultiHopShape(hops: arguments[hops], order: arguments[order]))
    case .transactionLog: return .transactionLog(TransactionLogShape(anomaly: arguments[anomaly]))
    case .codeBug: return .codeBug
    }
  }

  /// What is wrong with settings, in terms of the options that they come from.
  private static func sentence(_ error: TaskSettingsError) -> String {
    switch error {
    case .outOfRange(let name, let value, let range):
      "--\(name) must be \(range) with these settings, not \(value)."
    case .tooShort(let length, let least):
      "--length must be at least \(least) with these settings, not \(length)."
    case .tooManyQueries(let queries, let keys):
      "--queries must be at most the number of --keys, \(keys), not \(queries)."
    case .distractorsAmongNeedles:
      "--distractors is for --haystack noise or repeated: a haystack of needles is distractors "
        + "throughout."
    case .tooFewDistractors(let similar, let distractors):
      "--similar must be at most the number of --distractors, \(distractors), not \(similar)."
    case .noSimilar(let family):
      "--similar is no option of --task \(family.rawValue)."
    case .emptyMixture:
      "\(error)"
    }
  }
}
