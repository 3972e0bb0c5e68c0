import DataFiles

/// Completion for zsh: a file `_NAME` for a directory of `$fpath`, or a text to source.
struct ZshCompletion {
  let program: Command

  var text: String {
    let name = program.name
    return """
      #compdef \(name)
      # Completion of \(name) for zsh, written by '\(name) completions zsh'.

      \(program.paths.reversed().map(function).joined(separator: "\n"))
      if [[ $funcstack[1] == _\(name) ]]; then
        _\(name) "$@"
      else
        compdef _\(name) \(name)
      fi

      """
  }

  private func function(_ path: [Command]) -> String {
    let command = path[path.count - 1]
    var specs = path.allowedOptions.map(spec)
    guard !command.subcommands.isEmpty else {
      for (place, positional) in command.positionals.enumerated() {
        specs.append(spec(positional.declaration, place: place + 1))
      }
      return """
        _\(path.names(joinedBy: "_"))() {
          _arguments -s -S \\
        \(specs.map { "    \($0)" }.joined(separator: " \\\n"))
        }

        """
    }
    specs += ["'1:subcommand:->command'", "'*::argument:->rest'"]
    let described = command.subcommands.map { below in
      "      " + shellQuoted("\(below.name):\(Self.escaped(below.summary, ":"))")
    }
    let branches = command.subcommands.map { below in
      "      \(below.name)) _\((path + [below]).names(joinedBy: "_")) ;;"
    }
    return """
      _\(path.names(joinedBy: "_"))() {
        local context state state_descr line curcontext=$curcontext
        local -a commands
        typeset -A opt_args
        _arguments -s -S -C \\
      \(specs.map { "    \($0)" }.joined(separator: " \\\n"))
        case $state in
        command)
          commands=(
      \(described.joined(separator: "\n"))
          )
          _describe -t commands subcommand commands
          ;;
        rest)
          case $line[1] in
      \(branches.joined(separator: "\n"))
          esac
          ;;
        esac
      }

      """
  }

  private func spec(_ option: OptionDeclaration) -> String {
    let isFlag = option.shape == .flag
    var tail = "[\(Self.escaped(gist(option.help), "[]:"))]"
    if !isFlag {
      tail += ":\(Self.escaped(option.placeholder, ":")):\(Self.action(option.shape))"
    }
    let long = option.flag + (isFlag ? "" : "=")
    guard let short = option.short else {
      return shellQuoted((option.isRepeatable ? "*" : "") + long + tail)
    }
    let letter = "-\(short)" + (isFlag ? "" : "+")
    let lead = option.isRepeatable ? "'*'" : shellQuoted("(-\(short) \(option.flag))")
    return "\(lead){\(letter),\(long)}\(shellQuoted(tail))"
  }

  private func spec(_ positional: PositionalDeclaration, place: Int) -> String {
    let mark = positional.isRepeatable ? "*" : positional.isRequired ? "\(place)" : "\(place):"
    let name = Self.escaped(positional.placeholder, ":")
    return shellQuoted("\(mark):\(name):\(Self.action(positional.shape))")
  }

  private static func action(_ shape: ValueShape) -> String {
    switch shape {
    case .flag, .integer, .number, .text: " "
    case .choice(let words): "(\(words.joined(separator: " ")))"
    case .path(.directory): "_files -/"
    case .path(.file(let extensions)):
      extensions.isEmpty ? "_files" : "_files -g \"*.(\(extensions.joined(separator: "|")))(-.)\""
    case .list(of: .choice(let words)): "_values -s , value \(words.joined(separator: " "))"
    case .list: " "
    }
  }

  /// A text with a backslash before each of some characters, and before backslashes.
  private static func escaped(_ text: String, _ special: String) -> String {
    text.reduce(into: "") { result, character in
      if character == "\\" || special.contains(character) { result.append("\\") }
      result.append(character)
    }
  }
}
