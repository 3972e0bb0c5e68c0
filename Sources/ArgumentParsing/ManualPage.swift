/// The manual page of a command in roff, with the `man` macros, made from its declarations.
///
/// ASCII throughout: other characters are named by their code points, so that every formatter reads
/// the page without knowing its encoding.
public struct ManualPage: Sendable {
  /// The command and its outer commands, the program first.
  public let path: [Command]
  /// What stands at the foot of the page, such as "dilution 0.1.0".
  public let source: String
  /// What stands at the head of the page.
  public let manual: String

  public init(_ path: [Command], source: String, manual: String) {
    precondition(!path.isEmpty, "no command")
    self.path = path
    self.source = source
    self.manual = manual
  }

  private var command: Command { path[path.count - 1] }
  /// The name under which `man` finds the page, such as "dilution-plot-frontier".
  public var name: String { path.names(joinedBy: "-") }
  /// The name of the page's file.
  public var fileName: String { "\(name).1" }

  /// The page, each line ended.
  public var text: String {
    var lines = [
      ".TH \(Self.quoted(name.uppercased())) 1 \"\" \(Self.quoted(source)) \(Self.quoted(manual))",
      // Command lines must paste: no hyphenation, and no space stretched to fill a line.
      ".nh", ".ad l",
      ".SH NAME", "\(Self.escaped(name)) \\- \(Self.escaped(command.summary))",
      ".SH SYNOPSIS",
    ]
    lines += synopsis
    if !command.discussion.isEmpty {
      lines.append(".SH DESCRIPTION")
      lines += Self.paragraphs(command.discussion)
    }
    if !command.positionals.isEmpty {
      lines.append(".SH ARGUMENTS")
      for positional in command.positionals.map(\.declaration) {
        lines += [
          ".TP", "\\fI\(Self.escaped(positional.placeholder))\\fR",
          Self.line(positional.explanation),
        ]
      }
    }
    if !command.subcommands.isEmpty {
      lines.append(".SH SUBCOMMANDS")
      for section in command.sections {
        if command.sections.count > 1 { lines.append(".SS \(Self.escaped(section.title))") }
        for below in section.commands {
          lines += [
            ".TP", "\\fB\(Self.escaped("\(name)-\(below.name)"))\\fR(1)",
            Self.line(below.summary),
          ]
        }
      }
    }
    lines += options
    if path.count == 1 { lines += Self.conventions }
    lines += examples
    lines += seeAlso
    return lines.joined(separator: "\n") + "\n"
  }

  private var synopsis: [String] {
    var words = ["\\fB\(Self.escaped(path.names(joinedBy: " ")))\\fR"]
    if command.subcommands.isEmpty {
      words += command.positionals.map { "\\fI\(Self.escaped($0.declaration.usage))\\fR" }
      words += path.allowedOptions.filter(\.isRequired).map(Self.usage)
      words.append("[\\fIOPTIONS\\fR]")
    } else {
      words += ["\\fISUBCOMMAND\\fR", "[\\fIOPTIONS\\fR]"]
    }
    return [words.joined(separator: " ")]
  }

  private var options: [String] {
    let groups = path.reversed().flatMap(\.groups).filter { !$0.options.isEmpty }
    return groups.flatMap { group -> [String] in
      var lines = [".SH \(Self.quoted(group.title.uppercased()))"]
      for option in group.options.map(\.declaration) {
        let short = option.short.map { "\\fB\\-\($0)\\fR, " } ?? ""
        lines += [".TP", short + Self.usage(option), Self.line(option.explanation)]
      }
      return lines
    }
  }

  private static func usage(_ option: OptionDeclaration) -> String {
    let flag = "\\fB\(escaped(option.flag))\\fR"
    return option.shape == .flag ? flag : "\(flag) \\fI\(escaped(option.placeholder))\\fR"
  }

  private var examples: [String] {
    guard !command.examples.isEmpty else { return [] }
    return [".SH EXAMPLES"]
      + command.examples.flatMap { example in
        [
          ".PP", Self.line("\(example.explanation):"), ".PP", ".RS 4",
          "\\fB\(Self.escaped(example.commandLine))\\fR", ".RE",
        ]
      }
  }

  private static let conventions = [
    ".SH EXIT STATUS", ".TP", "0", "success", ".TP", "1", "a failure, described in one sentence",
    ".TP", "2", "a wrong command line", ".TP", "130", "an interruption from the keyboard",
  ]

  private var seeAlso: [String] {
    let names: [String]
    if path.count > 1 {
      names = path.indices.dropLast().map { path[...$0].map(\.name).joined(separator: "-") }
    } else {
      names = command.subcommands.map { "\(name)-\($0.name)" }
    }
    guard !names.isEmpty else { return [] }
    return [
      ".SH SEE ALSO",
      names.map { "\\fB\(Self.escaped($0))\\fR(1)" }.joined(separator: ",\n"),
    ]
  }

  private static func paragraphs(_ text: String) -> [String] {
    text.split(separator: "\n\n").flatMap { [".PP", line(String($0))] }
  }

  /// Running text as one line of input, which must not look like a request.
  private static func line(_ text: String) -> String {
    let joined = escaped(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    return joined.hasPrefix(".") || joined.hasPrefix("'") ? "\\&" + joined : joined
  }

  /// An argument of a request.
  private static func quoted(_ text: String) -> String {
    "\"" + escaped(text).replacing("\"", with: "\\(dq") + "\""
  }

  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "\\": result += "\\e"
      // A plain hyphen would print as one that no shell takes for a dash; the same for the others.
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case " "..."~": result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
      }
    }
  }
}
