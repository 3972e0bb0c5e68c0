import DataFiles

/// What is known of an option without knowing the type of its value.
public struct OptionDeclaration: Sendable, Equatable {
  /// The long name without its dashes.
  public let name: String
  /// The one-letter form, if there is one.
  public let short: Character?
  public let shape: ValueShape
  /// What stands for the value on help screens, such as `N`; empty for a flag.
  public let placeholder: String
  /// What a right value is, such as "a whole number from 1 to 8"; empty for a flag.
  public let expectation: String
  public let help: String
  public let isRequired: Bool
  public let isRepeatable: Bool
  /// The value that holds when the option is not given, as it would be typed.
  public let defaultText: String?
  /// Whether the word behind it is its value even where that begins with a dash, as another program's
  /// options do; a word that is an option here is not.
  public var takesDashes = false

  /// The option as it is typed, such as `--count`.
  public var flag: String { "--\(name)" }

  /// The option with its value, such as `--count N`.
  public var usage: String { shape == .flag ? flag : "\(flag) \(placeholder)" }
}

/// An option of any value type: the element of a command's list of options.
public protocol OptionDeclaring: Sendable {
  var declaration: OptionDeclaration { get }

  /// The option's value, given the texts that followed its occurrences (an empty text for a flag).
  func value(from texts: [String]) throws(ArgumentError) -> any Sendable
}

/// What is known of a positional argument without knowing the type of its value.
public struct PositionalDeclaration: Sendable, Equatable {
  /// What stands for the argument on help screens and in errors, such as `RECIPE`.
  public let placeholder: String
  public let shape: ValueShape
  /// What a right value is, such as "the name of a file".
  public let expectation: String
  public let help: String
  public let isRequired: Bool
  public let isRepeatable: Bool

  /// The argument as a usage line shows it, such as `[RUN...]`.
  public var usage: String {
    let name = isRepeatable ? "\(placeholder)..." : placeholder
    return isRequired ? name : "[\(name)]"
  }
}

/// A positional argument of any value type: the element of a command's list of arguments.
public protocol PositionalDeclaring: Sendable {
  var declaration: PositionalDeclaration { get }

  /// The argument's value, given the texts that stood in its place.
  func value(from texts: [String]) throws(ArgumentError) -> any Sendable
}
