import ArgumentParsing

/// Prints what teaches a shell this program's command line.
enum CompletionsCommand: Subcommand {
  static let shell = Positional.required(
    "SHELL", .choice as ValueKind<Shell>, help: "The shell that is to learn the command line.")

  static let declaration = Command(
    name: "completions",
    summary: "print completions for bash, zsh or fish",
    discussion: """
      The script knows all subcommands, options, choices and kinds of files, from the declarations \
      that --help shows too, and never runs the program. 'make install' puts all three where the \
      shells look for them.
      """,
    examples: [
      Example("source <(dilution completions bash)", "For this bash, or zsh with its own script"),
      Example(
        "dilution completions fish > ~/.config/fish/completions/dilution.fish",
        "For every fish to come"),
    ],
    positionals: [shell])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    try StandardStream.output.write(Program.declaration.completion(for: arguments[shell]))
  }
}
