import ArgumentParsing
import Testing

@Suite struct CompletionTests {
  private static func lines(_ shell: Shell) -> [String] {
    Sample.program.completion(for: shell).split(separator: "\n").map(String.init)
  }

  @Test func bashKnowsCommandsOptionsAndValues() {
    let lines = Self.lines(.bash)
    #expect(lines.contains("  '')"))
    #expect(
      lines.contains(
        "    commands='draw cook join' flags='--quiet -q --help -h --version' valued='--seed' ;;"))
    #expect(
      lines.contains {
        $0.contains("valued='--length --count -n --depth --rate --mode --out -o --seed'")
      })
    #expect(lines.contains("  ' draw:--mode') kind=words detail='frozen recomputed' ;;"))
    #expect(lines.contains("  ' draw:--out' | ' draw:-o') kind=file detail='svg png' ;;"))
    #expect(lines.contains("  ' cook:1') kind=file detail='json5' ;;"))
    #expect(lines.contains("  ' join:1') kind=directory ;;"))
    #expect(lines.contains { $0.hasSuffix("places=1 repeats=1 ;;") })
    #expect(lines.contains { $0.hasSuffix("places=2 ;;") })
    #expect(!lines.contains { $0.contains("PROGRAM") })
    #expect(lines.last == "complete -F _sample sample")
  }

  @Test func zshSpecificationsFollowTheDeclarations() {
    let text = Sample.program.completion(for: .zsh)
    #expect(text.hasPrefix("#compdef sample\n"))
    #expect(text.contains("'--mode=[Keys and values]:NAME:(frozen recomputed)'"))
    #expect(text.contains("'(-n --count)'{-n+,--count=}'[Instances]:N: '"))
    #expect(text.contains("'*'{-o+,--out=}'[File to write]:FILE:_files -g \"*.(svg|png)(-.)\"'"))
    #expect(text.contains("'1:RECIPE:_files -g \"*.(json5)(-.)\"'"))
    #expect(text.contains("'2::LIMIT: '"))
    #expect(text.contains("'*:RUN:_files -/'"))
    #expect(text.contains("      'cook:cook a recipe'"))
    #expect(text.contains("      cook) _sample_cook ;;"))
  }

  @Test func fishAsksForThePathOfSubcommands() {
    let lines = Self.lines(.fish)
    let at = "complete -c sample -n '__sample_at \"/draw\"'"
    #expect(
      lines.contains("complete -c sample -n '__sample_at \"\"' -a draw -d 'draw things'"))
    #expect(lines.contains("\(at) -l mode -x -a 'frozen recomputed' -d 'Keys and values'"))
    #expect(lines.contains("\(at) -l count -s n -x -d 'Instances'"))
    #expect(lines.contains("\(at) -l force -d 'Replace files'"))
    #expect(lines.contains("          case '/draw' '/cook' '/join'"))
    #expect(
      lines.contains {
        $0.contains(
          "case '--seed' '--length' '--count' '-n' '--depth' '--rate' '--mode' '--out' '-o'")
      })
  }

  /// Brackets, colons, quotes and backslashes mean something to shells.
  @Test func helpCannotBreakOutOfItsQuotes() {
    let option = Option.flag("odd", help: #"A [b] 'c' \d: rest."#)
    let nasty = Command(
      name: "nasty", summary: "it's: odd",
      groups: [OptionGroup("Options", [option, Parser.help, Parser.version])],
      subcommands: [Command(name: "run", summary: "it's: fine")])
    let zsh = nasty.completion(for: .zsh)
    #expect(zsh.contains(#"'--odd[A \[b\] '\''c'\'' \\d]'"#))
    #expect(zsh.contains(#"'run:it'\''s\: fine'"#))
    #expect(nasty.completion(for: .fish).contains(#"-l odd -d 'A [b] \'c\' \\d'"#))
  }
}
