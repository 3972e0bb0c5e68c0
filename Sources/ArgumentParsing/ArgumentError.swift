import DataFiles

/// What is wrong with a command line.
public enum ArgumentError: Error, Equatable {
  /// No such option; `command` is the command line up to the subcommand, such as "dilution plot".
  case unknownOption(String, suggestion: String?, command: String)
  case unknownSubcommand(String, suggestion: String?, command: String)
  /// A word that people type for subcommands of other names; `meant` are those, each with its summary.
  case otherName(String, meant: [String], command: String)
  case missingSubcommand(command: String)
  /// An option stands at the end, or before another option, without its value.
  case missingValue(OptionDeclaration)
  /// A flag was given a value, as in `--quiet=yes`.
  case flagWithValue(OptionDeclaration, value: String)
  case missingOption(OptionDeclaration)
  case repeatedOption(OptionDeclaration)
  case missingPositional(PositionalDeclaration)
  case extraPositional(String, command: String)
  /// A value that is not what the option or argument `name` takes.
  case unfitValue(name: String, expectation: String, found: UnfitText)
  /// A rule between arguments that their declarations cannot express, worded as a sentence.
  case rule(String)
}

extension ArgumentError {
  /// Whether a word stands where a subcommand should, and is none: there is no help to show for it.
  var isOfSubcommand: Bool {
    switch self {
    case .unknownSubcommand, .otherName: true
    default: false
    }
  }
}

extension ArgumentError: CustomStringConvertible {
  /// One sentence that names the argument and says what would be right.
  public var description: String {
    switch self {
    case .unknownOption(let name, let suggestion, let command):
      "Unknown option '\(legible(name))'\(hint(suggestion)); '\(command) --help' lists the options."
    case .unknownSubcommand(let name, let suggestion, let command):
      "Unknown subcommand '\(legible(name))'\(hint(suggestion)); '\(command) --help' lists them all."
    case .otherName(let word, let meant, let command):
      "Unknown subcommand '\(legible(word))': see \(alternatives(meant)); '\(command) --help' lists "
        + "them all."
    case .missingSubcommand(let command):
      "A subcommand is missing; '\(command) --help' lists them all."
    case .missingValue(let option):
      "\(option.flag) needs a value, \(option.expectation)."
    case .flagWithValue(let option, let value):
      "\(option.flag) takes no value, but was given '\(legible(value))'."
    case .missingOption(let option):
      "\(option.usage) is required, \(option.expectation)."
    case .repeatedOption(let option):
      "\(option.flag) was given more than once, but takes one value."
    case .missingPositional(let positional):
      "The argument \(positional.placeholder) is missing, \(positional.expectation)."
    case .extraPositional(let text, let command):
      "Unexpected argument '\(legible(text))'; '\(command) --help' shows what can be given."
    case .unfitValue(let name, let expectation, let found):
      "\(name) must be \(expectation), not '\(legible(found.text))'\(hint(found.suggestion))."
    case .rule(let sentence):
      sentence
    }
  }

  private func hint(_ suggestion: String?) -> String {
    suggestion.map { " (did you mean '\($0)'?)" } ?? ""
  }
}
