/// A command of a program: what it is called, what it takes and what its help says.
///
/// A command is plain data. Parsing, help screens, and whatever else is derived from a declaration
/// (manual pages, shell completions) read the same value, so that they cannot disagree.
public struct Command: Sendable {
  /// The word that selects the command; for a program, the name of its executable.
  public let name: String
  /// One line for the list of commands; a phrase in the imperative, without a full stop.
  public let summary: String
  /// Paragraphs for the help screen, separated by empty lines.
  public let discussion: String
  public let examples: [Example]
  public let positionals: [any PositionalDeclaring]
  public let groups: [OptionGroup]
  /// The subcommands, by what they are for.
  public let sections: [CommandSection]
  /// Words that are no subcommands, but that people type for some: each with the names of those that do
  /// what it says, the likeliest first.
  public let otherNames: [String: [String]]

  /// A command as declared; its subcommands stand under headings of their own, or under one.
  ///
  /// The options of a command hold for its subcommands too. Declaring a name twice, another name that
  /// leads to no subcommand, or a required positional argument behind one that may be left out, is a
  /// programming error and traps.
  public init(
    name: String, summary: String, discussion: String = "", examples: [Example] = [],
    positionals: [any PositionalDeclaring] = [], groups: [OptionGroup] = [],
    subcommands: [Command] = [], sections: [CommandSection] = [],
    otherNames: [String: [String]] = [:]
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.examples = examples
    self.positionals = positionals
    self.groups = groups
    self.sections =
      (subcommands.isEmpty ? [] : [CommandSection("Subcommands", subcommands)]) + sections
    self.otherNames = otherNames
    checkDeclarations(inherited: [])
  }

  /// All subcommands, in the order of their sections.
  public var subcommands: [Command] { sections.flatMap(\.commands) }

  /// The options of the command's own groups, in the order of declaration.
  public var options: [any OptionDeclaring] { groups.flatMap(\.options) }

  private func checkDeclarations(inherited: [OptionDeclaration]) {
    let declarations = inherited + options.map(\.declaration)
    let names = declarations.map(\.name) + declarations.compactMap { $0.short.map(String.init) }
    precondition(
      Set(names).count == names.count, "an option of the command '\(name)' is declared twice")
    precondition(
      Set(subcommands.map(\.name)).count == subcommands.count,
      "a subcommand of '\(name)' is declared twice")
    precondition(
      subcommands.isEmpty || positionals.isEmpty,
      "the command '\(name)' has both subcommands and positional arguments")
    let known = Set(subcommands.map(\.name))
    for (word, targets) in otherNames {
      precondition(
        !targets.isEmpty && known.isSuperset(of: targets) && !known.contains(word),
        "'\(word)' is no other name of subcommands of '\(name)'")
    }
    let places = positionals.map(\.declaration)
    for (place, next) in zip(places, places.dropFirst()) {
      precondition(
        !place.isRepeatable && (place.isRequired || !next.isRequired),
        "the positional argument \(next.placeholder) of '\(name)' cannot be separated from the one before"
      )
    }
    for subcommand in subcommands { subcommand.checkDeclarations(inherited: declarations) }
  }
}

/// Subcommands that belong together, under a heading of their own on the help screen.
public struct CommandSection: Sendable {
  public let title: String
  public let commands: [Command]

  public init(_ title: String, _ commands: [Command]) {
    self.title = title
    self.commands = commands
  }
}

/// Options that belong together, under a heading of their own on the help screen.
public struct OptionGroup: Sendable {
  public let title: String
  public let options: [any OptionDeclaring]

  public init(_ title: String, _ options: [any OptionDeclaring]) {
    self.title = title
    self.options = options
  }
}

/// A command line worth showing, and what it does.
public struct Example: Sendable, Equatable {
  public let commandLine: String
  public let explanation: String

  public init(_ commandLine: String, _ explanation: String) {
    self.commandLine = commandLine
    self.explanation = explanation
  }
}
