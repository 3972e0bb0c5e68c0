import DataFiles

/// Completion for fish.
struct FishCompletion {
  let program: Command

  var text: String {
    let name = program.name
    let all = program.paths.flatMap { $0.last?.options.map(\.declaration) ?? [] }
    let flags = Set(all.filter { $0.shape == .flag }.map(\.flag))
    var valued: [String] = []
    for option in all where option.shape != .flag && !flags.contains(option.flag) {
      for word in [option.flag] + (option.short.map { ["-\($0)"] } ?? [])
      where !valued.contains(word) { valued.append(word) }
    }
    let keys = program.paths.dropFirst().map(Self.key)
    let groups = program.paths.filter { $0.last?.subcommands.isEmpty == false }.map(Self.key)
    return """
      # Completion of \(name) for fish, written by '\(name) completions fish'.

      # The subcommands on the command line so far, each after a slash.
      function __\(name)_path
        set -l path ''
        set -l skips 0
        set -l words (commandline -opc)
        set -e words[1]
        for word in $words
          if test $skips = 1
            set skips 0
            continue
          end
          switch $word
            case \(valued.map(Self.quoted).joined(separator: " "))
              set skips 1
            case '-*'
            case '*'
              switch "$path/$word"
                case \(keys.map(Self.quoted).joined(separator: " "))
                  set path "$path/$word"
                case '*'
                  # A word that is no subcommand, where one must stand.
                  contains -- "$path" \(groups.map(Self.quoted).joined(separator: " "))
                  and set path '?'
              end
          end
        end
        echo "$path"
      end

      function __\(name)_at
        test (__\(name)_path) = "$argv[1]"
      end

      # Files with one of the endings, or all where none has, and folders to walk into.
      function __\(name)_files
        set -l word (commandline -ct | string replace -r '^--?[^=]*=' '')
        set -l all (complete -C "'' $word")
        set -l fitting (string match -r '.*/$' -- $all)
        for ending in $argv
          set -a fitting (string match -- "*.$ending" $all)
        end
        test -n "$fitting"; or set fitting $all
        printf '%s\\n' $fitting
      end

      complete -c \(name) -f
      \(program.paths.flatMap(lines).joined(separator: "\n"))

      """
  }

  private static func key(_ path: [Command]) -> String {
    path.dropFirst().map { "/\($0.name)" }.joined()
  }

  private func lines(_ path: [Command]) -> [String] {
    let command = path[path.count - 1]
    // The inner quotes keep the place of an empty path.
    let condition = Self.quoted("__\(program.name)_at \"\(Self.key(path))\"")
    let start = "complete -c \(program.name) -n \(condition)"
    var lines = command.subcommands.map { below in
      "\(start) -a \(below.name) -d \(Self.quoted(below.summary))"
    }
    for option in path.allowedOptions {
      let short = option.short.map { " -s \($0)" } ?? ""
      let value = option.shape == .flag ? "" : " " + value(option.shape)
      lines.append(
        "\(start) -l \(option.name)\(short)\(value) -d \(Self.quoted(gist(option.help)))")
    }
    for positional in command.positionals.map(\.declaration) {
      if let words = candidates(positional.shape) { lines.append("\(start) \(words)") }
    }
    return lines
  }

  private func value(_ shape: ValueShape) -> String {
    "-x" + (candidates(shape).map { " \($0)" } ?? "")
  }

  private func candidates(_ shape: ValueShape) -> String? {
    switch shape {
    case .flag, .integer, .number, .text: nil
    case .choice(let words): "-a " + Self.quoted(words.joined(separator: " "))
    case .path(.directory): "-a '(__fish_complete_directories)'"
    case .path(.file(let extensions)):
      "-k -a " + Self.quoted("(__\(program.name)_files \(extensions.joined(separator: " ")))")
    case .list(of: .choice(let words)):
      "-a "
        + Self.quoted("(__fish_complete_list , \"printf '%s\\n' \(words.joined(separator: " "))\")")
    case .list: nil
    }
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    return "'\(escaped)'"
  }
}
