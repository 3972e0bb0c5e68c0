import DataFiles

/// What a command line asks for.
public enum Request: Sendable {
  case run(Arguments)
  /// The help screen of the last command of the path, the program being the first.
  case help([Command])
  case version
}

/// Reads command lines of a program.
///
/// Options are written `--name value` or `--name=value`, may stand before or after the subcommand,
/// and end at `--`. One-letter flags may be joined (`-qh`). A word that begins with a dash and a
/// digit is a value. `--help` (or the word `help` in place of a subcommand) wins over whatever
/// else is wrong with the line.
public struct Parser: Sendable {
  /// The flag for the help screen, taken by every command.
  public static let help = Option.flag("help", short: "h", help: "Show this help and exit.")
  /// The flag for the version, taken by every command.
  public static let version = Option.flag("version", help: "Show the version and exit.")

  public let program: Command

  /// A parser of a program whose options are taken by every subcommand.
  ///
  /// The program's own declarations must include ``help`` and ``version``.
  public init(_ program: Command) {
    let names = Set(program.options.map(\.declaration.name))
    precondition(names.isSuperset(of: ["help", "version"]), "help or version is not declared")
    self.program = program
  }

  /// The request that the words after the program's name make.
  ///
  /// - Throws: the first thing that is wrong with them.
  public func parse(_ words: [String]) throws(ArgumentError) -> Request {
    var scan = Scan(program: program, words: words[...])
    scan.run()
    if scan.wantsHelp {
      if let failure = scan.failure, failure.isOfSubcommand { throw failure }
      return .help(scan.path)
    }
    if scan.occurrences[Parser.version.declaration.name] != nil { return .version }
    if let failure = scan.failure { throw failure }
    guard scan.command.subcommands.isEmpty else {
      throw .missingSubcommand(command: scan.invocation)
    }
    return .run(try arguments(scan))
  }

  private func arguments(_ scan: Scan) throws(ArgumentError) -> Arguments {
    var options: [String: any Sendable] = [:]
    for option in scan.path.flatMap(\.options) {
      let name = option.declaration.name
      options[name] = try option.value(from: scan.occurrences[name] ?? [])
    }
    var positionals: [String: any Sendable] = [:]
    var words = scan.positionals[...]
    for positional in scan.command.positionals {
      let texts = positional.declaration.isRepeatable ? words : words.prefix(1)
      words = words.dropFirst(texts.count)
      positionals[positional.declaration.placeholder] = try positional.value(from: Array(texts))
    }
    if let word = words.first { throw .extraPositional(word, command: scan.invocation) }
    return Arguments(
      path: scan.path, options: options, positionals: positionals,
      given: Set(scan.occurrences.keys))
  }
}

/// One pass over the words: which command, which texts for which option, and what went wrong first.
private struct Scan {
  var words: ArraySlice<String>
  var path: [Command]
  var occurrences: [String: [String]] = [:]
  var positionals: [String] = []
  var failure: ArgumentError?
  var saysHelp = false

  init(program: Command, words: ArraySlice<String>) {
    self.words = words
    path = [program]
  }

  var command: Command { path[path.count - 1] }
  var invocation: String { path.map(\.name).joined(separator: " ") }
  var wantsHelp: Bool { saysHelp || occurrences[Parser.help.declaration.name] != nil }
  var declarations: [OptionDeclaration] { path.flatMap(\.options).map(\.declaration) }

  mutating func run() {
    while let word = words.popFirst() {
      do throws(ArgumentError) {
        if word == "--" {
          for rest in words { try take(plain: rest) }
          return
        }
        if word.hasPrefix("--") {
          try take(long: word.dropFirst(2))
        } else if looksLikeOption(word) {
          try take(short: word.dropFirst())
        } else {
          try take(plain: word)
        }
      } catch {
        failure = failure ?? error
      }
    }
  }

  private mutating func take(plain word: String) throws(ArgumentError) {
    guard !command.subcommands.isEmpty else {
      positionals.append(word)
      return
    }
    if let subcommand = command.subcommands.first(where: { $0.name == word }) {
      path.append(subcommand)
    } else if word == "help" && path.count == 1 {
      saysHelp = true
    } else if let meant = command.otherNames[word.lowercased()] {
      throw .otherName(word, meant: meant.compactMap(described), command: invocation)
    } else {
      throw .unknownSubcommand(
        word, suggestion: suggestion(for: word, among: command.subcommands.map(\.name)),
        command: invocation)
    }
  }

  /// A subcommand as it is typed, with what it does.
  private func described(_ name: String) -> String? {
    command.subcommands.first { $0.name == name }.map { "'\(invocation) \(name)' (\($0.summary))" }
  }

  private mutating func take(long word: Substring) throws(ArgumentError) {
    let name = word.prefix { $0 != "=" }
    let attached = name.endIndex == word.endIndex ? nil : word[name.endIndex...].dropFirst()
    guard let option = declarations.first(where: { $0.name == name }) else {
      throw unknown("--\(name)")
    }
    if option.shape == .flag {
      if let attached { throw .flagWithValue(option, value: String(attached)) }
      occurrences[option.name, default: []].append("")
    } else {
      try append(attached.map(String.init), to: option)
    }
  }

  private mutating func take(short letters: Substring) throws(ArgumentError) {
    var rest = letters
    while let letter = rest.popFirst() {
      guard let option = declarations.first(where: { $0.short == letter }) else {
        throw unknown("-\(letter)")
      }
      if option.shape == .flag {
        occurrences[option.name, default: []].append("")
      } else {
        if rest.first == "=" { rest.removeFirst() }
        return try append(rest.isEmpty ? nil : String(rest), to: option)
      }
    }
  }

  private mutating func append(
    _ attached: String?, to option: OptionDeclaration
  ) throws(ArgumentError) {
    if let attached {
      occurrences[option.name, default: []].append(attached)
    } else if let next = words.first,
      !looksLikeOption(next) || option.takesDashes && isForeign(next)
    {
      occurrences[option.name, default: []].append(next)
      words.removeFirst()
    } else {
      throw .missingValue(option)
    }
  }

  /// Whether a word is an option, or the mark after which none follow: a lone dash is the usual name
  /// of the standard streams, and a dash before a digit a sign.
  private func looksLikeOption(_ word: String) -> Bool {
    guard word.first == "-", let second = word.dropFirst().first else { return false }
    return !second.isNumber && second != "."
  }

  /// Whether a word with a dash is none of this command's options.
  private func isForeign(_ word: String) -> Bool {
    guard word != "--" else { return false }
    let name = word.prefix { $0 != "=" }
    return !declarations.contains { $0.flag == name || $0.short.map { "-\($0)" } == String(name) }
  }

  private func unknown(_ word: String) -> ArgumentError {
    let near = suggestion(for: word, among: declarations.map(\.flag))
    return .unknownOption(word, suggestion: near, command: invocation)
  }
}
