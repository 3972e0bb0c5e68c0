/// The help of a command as text, laid out for a width from its declarations.
public struct HelpScreen: Sendable {
  /// The command and its outer commands, the program first.
  public let path: [Command]
  /// The length in columns that no line passes, unless a single word is longer.
  public let width: Int

  /// The column at which explanations begin.
  private let column = 26

  public init(_ path: [Command], width: Int = 80) {
    precondition(!path.isEmpty && width >= 40, "no command, or too few columns for two of text")
    self.path = path
    self.width = width
  }

  private var command: Command { path[path.count - 1] }
  private var invocation: String { path.map(\.name).joined(separator: " ") }

  /// The whole screen, each line ended.
  public var text: String {
    var blocks = [wrapped("\(invocation): \(command.summary)", indent: 0), usage]
    if !command.discussion.isEmpty {
      for paragraph in command.discussion.split(separator: "\n\n") {
        blocks.append(wrapped(String(paragraph), indent: 0))
      }
    }
    blocks.append(
      table(
        "Arguments",
        command.positionals.map { ($0.declaration.placeholder, $0.declaration.explanation) }))
    for section in command.sections {
      blocks.append(table(section.title, section.commands.map { ($0.name, $0.summary) }))
    }
    for group in command.groups { blocks.append(options(group, title: group.title)) }
    for outer in path.dropLast().reversed() {
      for group in outer.groups { blocks.append(options(group, title: group.title)) }
    }
    blocks.append(examples)
    if !command.subcommands.isEmpty {
      blocks.append(["'\(invocation) SUBCOMMAND --help' explains a subcommand."])
    }
    return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  private var usage: [String] {
    var words = [invocation]
    let declarations = path.flatMap(\.options).map(\.declaration)
    if command.subcommands.isEmpty {
      words += command.positionals.map(\.declaration.usage)
      words += declarations.filter(\.isRequired).map(\.usage)
      words.append("[OPTIONS]")
    } else {
      words += ["SUBCOMMAND", "[OPTIONS]"]
    }
    // An option and its value stay on one line: only the gaps between entries may break.
    let lines = fill(words, first: "Usage: ", rest: String(repeating: " ", count: 9))
    return lines
  }

  private var examples: [String] {
    guard !command.examples.isEmpty else { return [] }
    var lines = ["Examples:"]
    for example in command.examples {
      // A comment marks each of its lines, so that the whole block pastes.
      let comment = example.explanation.split(whereSeparator: \.isWhitespace).map(String.init)
      lines += fill(comment, first: "  # ", rest: "  # ")
      // Broken command lines must still paste: the shell's continuation marks every break.
      let words = keepingValues(example.commandLine.split(separator: " ").map(String.init))
      let parts = fill(words, first: "  ", rest: "      ", reserve: 2)
      lines += parts.dropLast().map { $0 + " \\" } + parts.suffix(1)
    }
    return lines
  }

  /// The words with every option joined to its value, so that no line ends between the two.
  private func keepingValues(_ words: [String]) -> [String] {
    var joined: [String] = []
    for word in words {
      if let last = joined.last, last.hasPrefix("--"), !last.contains(" "), !word.hasPrefix("-") {
        joined[joined.count - 1] = "\(last) \(word)"
      } else {
        joined.append(word)
      }
    }
    return joined
  }

  private func options(_ group: OptionGroup, title: String) -> [String] {
    table(
      title,
      group.options.map(\.declaration).map { option in
        (option.short.map { "-\($0), \(option.usage)" } ?? option.usage, option.explanation)
      })
  }

  private func table(_ title: String, _ rows: [(label: String, text: String)]) -> [String] {
    guard !rows.isEmpty else { return [] }
    var lines = ["\(title):"]
    for row in rows {
      var body = wrapped(row.text, indent: column)
      let label = "  \(row.label)"
      if label.count + 2 <= column, let first = body.first {
        let gap = String(repeating: " ", count: column - label.count)
        body[0] = label + gap + first.dropFirst(column)
      } else {
        body.insert(label, at: 0)
      }
      lines += body
    }
    return lines
  }

  private func wrapped(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    return fill(words, first: margin, rest: margin)
  }

  /// Words in lines that fit the width, less a reserve at each end.
  private func fill(
    _ words: [String], first: String, rest: String, reserve: Int = 0
  ) -> [String] {
    var lines: [String] = []
    var line = first
    var isBlank = true
    for word in words {
      if !isBlank && line.count + 1 + word.count > width - reserve {
        lines.append(line)
        line = rest
        isBlank = true
      }
      line += isBlank ? word : " " + word
      isBlank = false
    }
    if !isBlank { lines.append(line) }
    return lines
  }
}
