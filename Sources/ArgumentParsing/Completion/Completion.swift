/// A shell for which completions can be written.
public enum Shell: String, Sendable, CaseIterable {
  case bash, zsh, fish
}

extension Command {
  /// A script that teaches a shell this program's subcommands, options and values.
  ///
  /// It holds everything it needs and never runs the program, so that a press of the tab key costs
  /// nothing.
  public func completion(for shell: Shell) -> String {
    switch shell {
    case .bash: BashCompletion(program: self).text
    case .zsh: ZshCompletion(program: self).text
    case .fish: FishCompletion(program: self).text
    }
  }
}

/// A text between single quotes, as bash and zsh read it.
func shellQuoted(_ text: String) -> String {
  "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
    + "'"
}
