import ArgumentParsing
import DataFiles
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

  static let depth = common("depth")
  static let rehearsal = common("rehearsal")
  static let similar = common("similar")

  private static func common(_ name: String) -> Option<JSONValue> {
    guard let setting = TaskSettings.common.first(where: { $0.name == name }) else {
      preconditionFailure("\(name) is no setting of a task")
    }
    return .setting(setting, of: TaskSettings(.keyValue, length: 1))
  }

  /// The options of the families' own settings by name; families that share a name share the option.
  private static let own: [(name: String, families: [TaskFamily], option: Option<JSONValue>)] =
    TaskFamily.allCases.reduce(into: []) { options, family in
      for setting in family.settings {
        if let place = options.firstIndex(where: { $0.name == setting.name }) {
          options[place].families.append(family)
        } else {
          options.append(
            (setting.name, [family], .setting(setting, of: TaskShape(family))))
        }
      }
    }

  /// The option of a family's own setting.
  static func own(_ name: String) -> Option<JSONValue> {
    guard let entry = own.first(where: { $0.name == name }) else {
      preconditionFailure("no family has the setting \(name)")
    }
    return entry.option
  }

  static let groups: [OptionGroup] =
    [OptionGroup("Task", [task, lengths, count, split, depth, rehearsal, similar])]
    + TaskFamily.allCases.compactMap { family in
      let options = own.filter { $0.families[0] == family }
      return options.isEmpty
        ? nil : OptionGroup("Options of --task \(family.rawValue)", options.map(\.option))
    }

  /// The settings at one length.
  ///
  /// - Throws: `ArgumentError.rule` where the options do not go together or the length is too short.
  static func settings(
    _ arguments: Arguments, length: Int
  ) throws(ArgumentError) -> TaskSettings {
    var settings = TaskSettings(try shape(arguments), length: length)
    for (setting, option) in zip(TaskSettings.common, [depth, rehearsal, similar]) {
      setting.set(arguments[option], in: &settings)
    }
    do throws(TaskSettingsError) {
      try settings.validate()
    } catch {
      throw .rule(sentence(error))
    }
    return settings
  }

  /// The family with its own settings.
  ///
  /// - Throws: `ArgumentError.rule` for an option of another family.
  static func shape(_ arguments: Arguments) throws(ArgumentError) -> TaskShape {
    let family = arguments[task]
    for (_, families, option) in own
    where arguments.isGiven(option) && !families.contains(family) {
      throw .rule(
        "\(option.declaration.flag) is an option of --task "
          + "\(families.map(\.rawValue).joined(separator: " and ")), not of \(family.rawValue).")
    }
    var shape = TaskShape(family)
    // Families that share an option may differ in their defaults.
    for setting in family.settings where arguments.isGiven(own(setting.name)) {
      setting.set(arguments[own(setting.name)], in: &shape)
    }
    return shape
  }

  /// What is wrong with settings, in terms of the options that they come from.
  private static func sentence(_ error: TaskSettingsError) -> String {
    switch error {
    case .outOfRange(let name, let value, let range):
      "--\(name) must be \(range) with these settings, not \(value)."
    case .tooShort(let length, let least):
      "--length must be at least \(least) with these settings, not \(length)."
    case .unfit(let setting, let reason): "--\(setting) \(reason)."
    case .noSimilar(let family):
      "--similar is no option of --task \(family.rawValue)."
    case .emptyMixture:
      "\(error)"
    }
  }
}
