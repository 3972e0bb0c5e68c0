extension TaskTemplates {
  static let program = #"""
    import ArgumentParsing
    import DataFiles
    import Foundation
    import Prompts
    import SandboxTasks
    import {{module}}

    // Writes instances of the task as JSON Lines, one file a length.

    let lengths = Option.required(
      "length", .list(of: .size(in: 2 * {{module}}Task.factLength...1 << 24)),
      help: "Context lengths in tokens, exact; 4K is 4096.")
    let count = Option.defaulted(
      "count", .integer(in: 1...1_000_000), to: 100, help: "Instances at each length.")
    let decoys = Option.defaulted(
      "decoys", .integer(in: 0...{{module}}Task.decoyLimit), to: 8,
      help: "How many facts begin like the needle.")
    let split = Option.defaulted(
      "split", .choice, to: Split.test, help: "The stream to draw from; no two share an instance.")
    let seed = Option.defaulted(
      "seed", .unsigned, to: 0, help: "The same seed gives the same instances.")
    let format = Option.defaulted(
      "format", .choice, to: InstanceFormat.sandbox,
      help: "Tokens with gold spans, or English text with RULER's fields.")
    let folder = Option.required(
      "out", .directory, help: "Where the files go; created when missing.")

    let command = Command(
      name: "make-{{name}}", summary: "write instances of {{name}} as JSON Lines",
      groups: [
        OptionGroup(
          "Options",
          [lengths, count, decoys, split, seed, format, folder, Parser.help, Parser.version])
      ])

    func write(_ arguments: Arguments) throws {
      try FileSystem.createDirectory(arguments[folder])
      for length in arguments[lengths] {
        let task = {{module}}Task(
          length: length, decoys: arguments[decoys], seed: arguments[seed],
          split: arguments[split])
        let path = "\(arguments[folder])/{{name}}-\(length).jsonl"
        var file = try AtomicFileWriter(path)
        for index in 0..<arguments[count] {
          try file.write(arguments[format].line(task.instance(index)))
        }
        try file.commit()
        print(path)
      }
    }

    do {
      switch try Parser(command).parse(Array(CommandLine.arguments.dropFirst())) {
      case .help(let path): print(HelpScreen(path).text, terminator: "")
      case .version: print("make-{{name}} 1")
      case .run(let arguments): try write(arguments)
      }
    } catch {
      FileHandle.standardError.write(Data("make-{{name}}: \(error)\n".utf8))
      exit(error is ArgumentError ? 2 : 1)
    }

    """#

  static let tests = #"""
    import DataFiles
    import SandboxTasks
    import Testing
    import {{module}}

    /// The laws that a task obeys so that what is measured on it can be compared.
    @Suite struct {{module}}TaskTests {
      static let lengths = [10, 13, 60, 160, 641, 1280]

      func task(_ length: Int, seed: UInt64 = 7, split: Split = .test) -> {{module}}Task {
        {{module}}Task(length: length, seed: seed, split: split)
      }

      /// The facts of a context, five tokens each, behind the words that the length leaves over.
      func statements(_ instance: TaskInstance) -> [[Int32]] {
        let context = instance.context.drop(while: SandboxToken.isFiller)
        return stride(from: context.startIndex, to: context.endIndex, by: 5).map {
          Array(context[$0..<$0 + 5])
        }
      }

      @Test(arguments: lengths) func lengthsAreExact(_ length: Int) {
        for index in 0..<20 {
          let instance = task(length).instance(index)
          #expect(instance.context.count == length)
          #expect(statements(instance).count == length / 5)
        }
      }

      @Test(arguments: lengths) func goldSpansHoldTheAnswer(_ length: Int) {
        for index in 0..<20 {
          let instance = task(length).instance(index)
          guard instance.gold.count == 1, let fact = instance.gold.first else {
            Issue.record("an instance has one gold fact, not \(instance.gold.count)")
            continue
          }
          #expect(Array(instance.context[fact.value]) == instance.answer)
          #expect(Array(instance.context[fact.key]) == Array(instance.question.suffix(2)))
          let key = Array(instance.context[fact.span].prefix(3))
          #expect(statements(instance).count { Array($0.prefix(3)) == key } == 1)
        }
      }

      /// What 'dilution probe' does before it measures: tokens, spans and text must agree.
      @Test(arguments: lengths) func theLabReadsWhatIsWritten(_ length: Int) throws {
        let instance = task(length).instance(3)
        let line = String(decoding: instance.line(), as: UTF8.self)
        #expect(try TaskInstance(JSONValue.parse(line), file: "line") == instance)
      }

      @Test func instancesDependOnSeedAndNumberAlone() {
        let alone = task(160).instance(7)
        let among = (0..<20).map { task(160).instance($0) }
        #expect(among[7] == alone)
        #expect(Set(among.map(\.context)).count == among.count)
        #expect(task(160, seed: 8).instance(7).context != alone.context)
      }

      @Test func longerContextsHoldShorterOnes() {
        for index in 0..<20 {
          let (short, long) = (task(160).instance(index), task(1280).instance(index))
          #expect(short.question == long.question && short.answer == long.answer)
          var rest = statements(long)[...]
          for statement in statements(short) {
            guard let place = rest.firstIndex(of: statement) else {
              Issue.record("instance \(index): a fact of the short context is missing or out of order")
              break
            }
            rest = rest[(place + 1)...]
          }
        }
      }

      @Test func splitsShareNoContext() {
        let contexts = Split.allCases.map { split in
          Set((0..<100).map { task(60, split: split).instance($0).context })
        }
        for (number, own) in contexts.enumerated() {
          for other in contexts.dropFirst(number + 1) { #expect(own.isDisjoint(with: other)) }
        }
      }

      @Test func decoysBeginLikeTheNeedle() {
        for decoys in [0, 8, {{module}}Task.decoyLimit] {
          let task = {{module}}Task(length: 640, decoys: decoys, seed: 7)
          let instance = task.instance(0)
          let first = instance.question[1]
          let alike = Set(statements(instance).filter { $0[1] == first })
          #expect(alike.count > decoys)
          #expect(instance.similarDistractors.count >= decoys)
        }
      }
    }

    """#

  static let readme = """
    # {{name}}

    A task for the Score Dilution Lab, as `dilution new-task` wrote it. Say here what the task asks and why,
    with a worked example.

    | file | what |
    |---|---|
    | `Sources/{{module}}/{{module}}Task.swift` | the task: `instance(_:)` makes context, question, answer and gold spans |
    | `Sources/make-{{name}}/main.swift` | writes instances as JSON Lines |
    | `Tests/{{module}}Tests/{{module}}TaskTests.swift` | the laws that it obeys |

    As written it is a stream of facts `. a b c d`, of which one is asked for by `. a b`; `--decoys` of the others
    begin with the needle's first symbol.

    ## Build, test, measure

    ```sh
    swift test -c release --disable-xctest --disable-testable-imports
    swift run -c release make-{{name}} --length 160,320,640 --count 24 --seed 7 --out out/tasks
    dilution probe --model {{lab}}/Models/sandbox-facts --tasks out/tasks/{{name}}-160.jsonl \\
      --tasks out/tasks/{{name}}-320.jsonl --tasks out/tasks/{{name}}-640.jsonl --adapt qttt --out out/probe
    dilution plot dilution-curve out/probe --bound --out out/dilution-curve.png
    ```

    The first build compiles the lab; without `--disable-testable-imports` the tests would have it compiled once
    more. `dilution` is the lab's program, `{{lab}}/.build/release/dilution` unless it
    is installed. `make-{{name}} --format ruler` writes the same instances as English text for language models:
    `dilution think --model FOLDER --tasks FILE --out DIR` has them answered.

    ## What to change, and what to keep

    - Draw from a `RandomStream` child with a label for each purpose, and from nothing else; then an instance is a
      function of seed, split and number.
    - Let the length decide only how many distractors there are, in an order that does not depend on it; then
      lengths compare instance by instance.
    - Note in `gold` where the facts stand that the answer needs. All that is measured hangs on it.
    - The shipped checkpoints know the 64 words of `Vocabulary.sandbox` and the forms of the lab's families. A
      context is made of filler words and whole facts of the family that its `TaskSettings` name, or the lab
      refuses to read it. A form of its own is a family of the lab: see its notebook 08.

    """
}
