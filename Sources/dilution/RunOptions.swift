import ArgumentParsing

/// Whether something is done.
enum Switch: String, CaseIterable {
  case on
  case off
}

/// The options that commands share which read files of tasks and leave a folder of results.
enum RunOptions {
  static let limit = Option.optional(
    "limit", .integer(in: 1...Int.max), help: "Take the first N of each file only.")

  static let rotary = Option.defaulted(
    "rotary", .choice.shown(as: "SWITCH"), to: Switch.on,
    help: "Whether queries and keys are rotated by position; off without retraining is an ablation."
  )

  static let folder = Option.required(
    "out", .directory, help: "Where the results go; created when missing.")

  /// The same of commands that can be asked for their costs alone.
  static let optionalFolder = Option.optional(
    "out", .directory,
    help: "Where the results go; created when missing. Not needed with --dry-run.")

  static let dryRun = Option.flag(
    "dry-run", help: "Print predicted costs and time, and do nothing else.")

  static let force = Option.flag("force", help: "Replace the results of an earlier run.")

  /// The folder of results; nil for a dry run.
  ///
  /// - Throws: `ArgumentError.rule` where it is missing.
  static func folder(_ arguments: Arguments) throws(ArgumentError) -> String? {
    if arguments[dryRun] { return nil }
    guard let folder = arguments[optionalFolder] else {
      throw .rule("--out is missing: name the folder for the results.")
    }
    return folder
  }
}

extension Arguments {
  /// The flag of the first of some options that is on the command line.
  func firstGiven(_ options: [any OptionDeclaring]) -> String? {
    options.first { isGiven($0) }?.declaration.flag
  }

  /// Values of an option, none of which may be there twice.
  ///
  /// - Parameter reason: why, to end the sentence: "each file is read once".
  /// - Throws: `ArgumentError.rule`.
  static func distinct<Value: Equatable>(
    _ values: [Value], of option: some OptionDeclaring, because reason: String
  ) throws(ArgumentError) -> [Value] {
    for (place, value) in values.enumerated() where values[..<place].contains(value) {
      throw .rule("\(option.declaration.flag) names \(value) twice; \(reason).")
    }
    return values
  }
}
