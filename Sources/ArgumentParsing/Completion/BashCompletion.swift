import DataFiles

/// Completion for bash, from version 3.2 on; needs no package beside it.
struct BashCompletion {
  let program: Command

  var text: String {
    let name = program.name
    let declared = program.paths.map { "  \(Self.quoted($0)))\n    \(declaration($0)) ;;" }
    let valued = program.paths.flatMap(values)
    return """
      # Completion of \(name) for bash, written by '\(name) completions bash'.

      # What a command takes; its argument is the command's path.
      _\(name)_declare() {
        commands='' flags='' valued='' places=0 repeats=0
        case $1 in
      \(declared.joined(separator: "\n"))
        esac
      }

      # What the value of an option, or the argument at a place, looks like.
      _\(name)_value() {
        kind='' detail=''
        case $1 in
      \(valued.joined(separator: "\n"))
        esac
      }

      \(Self.engine.replacing("PROGRAM", with: name))
      complete -F _\(name) \(name)

      """
  }

  /// The path without the program's name, each word after a blank.
  private static func key(_ path: [Command]) -> String {
    path.dropFirst().map { " \($0.name)" }.joined()
  }

  private static func quoted(_ path: [Command]) -> String { shellQuoted(key(path)) }

  private func declaration(_ path: [Command]) -> String {
    let command = path[path.count - 1]
    let options = path.allowedOptions
    func names(_ options: [OptionDeclaration]) -> String {
      options.flatMap { [$0.flag] + ($0.short.map { ["-\($0)"] } ?? []) }.joined(separator: " ")
    }
    var parts = [
      "flags=" + shellQuoted(names(options.filter { $0.shape == .flag })),
      "valued=" + shellQuoted(names(options.filter { $0.shape != .flag })),
    ]
    if !command.subcommands.isEmpty {
      parts.insert(
        "commands=" + shellQuoted(command.subcommands.map(\.name).joined(separator: " ")), at: 0)
    }
    if let last = command.positionals.last?.declaration {
      parts.append("places=\(command.positionals.count)")
      if last.isRepeatable { parts.append("repeats=1") }
    }
    return parts.joined(separator: " ")
  }

  private func values(_ path: [Command]) -> [String] {
    var lines: [String] = []
    for option in path.allowedOptions {
      guard let action = Self.action(option.shape) else { continue }
      var patterns = ["\(Self.key(path)):\(option.flag)"]
      if let short = option.short { patterns.append("\(Self.key(path)):-\(short)") }
      lines.append("  \(patterns.map(shellQuoted).joined(separator: " | "))) \(action) ;;")
    }
    for (place, positional) in path[path.count - 1].positionals.enumerated() {
      guard let action = Self.action(positional.declaration.shape) else { continue }
      lines.append("  \(shellQuoted("\(Self.key(path)):\(place + 1)"))) \(action) ;;")
    }
    return lines
  }

  private static func action(_ shape: ValueShape) -> String? {
    switch shape {
    case .flag, .integer, .number, .text: nil
    case .choice(let words): "kind=words detail=" + shellQuoted(words.joined(separator: " "))
    case .path(.directory): "kind=directory"
    case .path(.file(let extensions)):
      "kind=file detail=" + shellQuoted(extensions.joined(separator: " "))
    case .list(of: .choice(let words)):
      "kind=list detail=" + shellQuoted(words.joined(separator: " "))
    case .list: nil
    }
  }

  private static let engine = #"""
    # Files whose extension fits, or all where none does, and directories to walk into.
    _PROGRAM_files() {
      local name fitting=() others=()
      while IFS= read -r name; do
        if [[ -d ${name/#\~/$HOME} ]]; then
          COMPREPLY+=("$name")
        elif [[ -z $detail || " $detail " == *" ${name##*.} "* ]]; then
          fitting+=("$name")
        else
          others+=("$name")
        fi
      done < <(compgen -f -- "$current")
      if ((${#fitting[@]})); then
        COMPREPLY+=("${fitting[@]}")
      elif ((${#others[@]})); then
        COMPREPLY+=("${others[@]}")
      fi
      compopt -o filenames 2>/dev/null
    }

    _PROGRAM() {
      local IFS=$' \t\n'
      local current previous word path='' lead='' place=1 index=1 ended=0
      local commands flags valued places repeats kind='' detail=''
      COMPREPLY=()
      current=${COMP_WORDS[COMP_CWORD]}
      previous=${COMP_WORDS[COMP_CWORD-1]}
      # Where '=' breaks words, it is a word of its own; elsewhere it stands inside.
      if [[ $current == '=' ]]; then
        current=''
      elif [[ $previous == '=' ]]; then
        previous=${COMP_WORDS[COMP_CWORD-2]}
      elif [[ $current == --*=* ]]; then
        previous=${current%%=*} lead=${current%%=*}= current=${current#*=}
      fi
      _PROGRAM_declare "$path"
      while ((index < COMP_CWORD)); do
        word=${COMP_WORDS[index]}
        if ((ended)); then
          place=$((place + 1))
        elif [[ $word == -- ]]; then
          ended=1
        elif [[ $word == -* ]]; then
          if [[ " $valued " == *" $word "* ]]; then
            index=$((index + 1))
            if [[ ${COMP_WORDS[index]} == '=' ]]; then index=$((index + 1)); fi
          fi
        elif [[ " $commands " == *" $word "* ]]; then
          path="$path $word"
          _PROGRAM_declare "$path"
        elif [[ -n $commands ]]; then
          return
        else
          place=$((place + 1))
        fi
        index=$((index + 1))
      done
      if ((!ended)) && [[ " $valued " == *" $previous "* ]]; then
        _PROGRAM_value "$path:$previous"
      elif ((!ended)) && [[ $current == -* ]]; then
        kind=words detail="$flags $valued"
      elif [[ -n $commands ]]; then
        kind=words detail=$commands
      else
        if ((repeats && place > places)); then place=$places; fi
        _PROGRAM_value "$path:$place"
      fi
      case $kind in
        words) COMPREPLY=($(compgen -W "$detail" -- "$current")) ;;
        list)
          if [[ $current == *,* ]]; then
            lead=$lead${current%,*}, current=${current##*,}
          fi
          COMPREPLY=($(compgen -W "$detail" -- "$current"))
          compopt -o nospace 2>/dev/null
          ;;
        directory)
          while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$current")
          compopt -o filenames 2>/dev/null
          ;;
        file) _PROGRAM_files ;;
      esac
      if [[ -n $lead ]] && ((${#COMPREPLY[@]})); then COMPREPLY=("${COMPREPLY[@]/#/$lead}"); fi
    }
    """#
}
