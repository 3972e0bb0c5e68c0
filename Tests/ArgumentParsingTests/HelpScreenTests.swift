import ArgumentParsing
import DataFiles
import Testing

@Suite struct HelpScreenTests {
  @Test func theScreenIsMadeFromTheDeclarations() {
    let screen = HelpScreen([Sample.program, Sample.draw], width: 80).text
    #expect(
      screen == """
        sample draw: draw things

        Usage: sample draw --length N,... [OPTIONS]

        First paragraph of the discussion.

        Second paragraph.

        Options:
          --length N,...          Context lengths in tokens. (each from 1 to 1048576;
                                  required)
          -n, --count N           Instances. (from 1 to 1000; default: 10)
          --depth X               Relative depth. (from 0 to 1)
          --rate X                Learning rate. (above 0; default: 0.001)
          --mode NAME             Keys and values. (frozen, recomputed; default: frozen)
          -o, --out FILE          File to write. (may be repeated)

        Files:
          --force                 Replace files.

        Global options:
          --seed N                Seed. (at least 0)
          -q, --quiet             Say nothing.
          -h, --help              Show this help and exit.
          --version               Show the version and exit.

        Examples:
          # Draw at 4096 tokens
          sample draw --length 4K

        """)
  }

  @Test(arguments: 40...120)
  func noLineIsLongerThanTheWidth(_ width: Int) {
    for command in Sample.program.subcommands {
      let screen = HelpScreen([Sample.program, command], width: width).text
      for line in screen.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
    }
  }

  @Test func positionalArgumentsShowWhetherTheyAreNeeded() {
    let cook = HelpScreen([Sample.program, Sample.cook]).text
    #expect(cook.contains("Usage: sample cook RECIPE [LIMIT] [OPTIONS]\n"))
    #expect(cook.contains("  LIMIT                   A limit. (from 1 to 9)\n"))
    let join = HelpScreen([Sample.program, Sample.join]).text
    #expect(join.contains("Usage: sample join RUN... [OPTIONS]\n"))
  }

  @Test func optionsOfOuterCommandsAreShownUnderTheirTitles() {
    let out = Option.required("out", .file("svg"), help: "The file to write.")
    let radius = Option.defaulted("radius", .number(above: 0), to: 1, help: "In points.")
    let circle = Command(
      name: "circle", summary: "draw a circle", groups: [OptionGroup("Options", [radius])])
    let draw = Command(
      name: "draw", summary: "draw", groups: [OptionGroup("Options of every shape", [out])],
      subcommands: [circle])
    let program = Command(name: "tool", summary: "a tool", subcommands: [draw])
    let screen = HelpScreen([program, draw, circle]).text
    #expect(screen.contains("Usage: tool draw circle --out FILE [OPTIONS]\n"))
    #expect(screen.contains("\nOptions:\n  --radius X"))
    #expect(screen.contains("\nOptions of every shape:\n  --out FILE"))
    #expect(HelpScreen([program, draw]).text.contains("Usage: tool draw SUBCOMMAND [OPTIONS]\n"))
  }

  @Test func longExamplesBreakWithTheShellsContinuation() {
    let words = ["tool"] + (0..<30).map { "--option-\($0)" }
    let line = words.joined(separator: " ")
    let command = Command(name: "tool", summary: "s", examples: [Example(line, "Much")])
    let lines = HelpScreen([command], width: 60).text.split(separator: "\n")
    let broken = lines.drop { !$0.hasPrefix("  tool") }
    #expect(broken.count > 3)
    #expect(broken.dropLast().allSatisfy { $0.hasSuffix(" \\") && $0.count <= 60 })
    let joined = broken.joined(separator: "\n").replacing("\\\n", with: " ")
    #expect(joined.split(separator: " ").joined(separator: " ") == line)
  }

  @Test func everyDeclarationIsData() {
    let declaration = Sample.lengths.declaration
    #expect(declaration.shape == .list(of: .integer(1...1 << 20)))
    #expect(declaration.isRequired && !declaration.isRepeatable)
    #expect(Sample.mode.declaration.shape == .choice(["frozen", "recomputed"]))
    #expect(Sample.mode.declaration.defaultText == "frozen")
    #expect(Sample.outputs.declaration.shape == .path(.file(extensions: ["svg", "png"])))
    #expect(Sample.rate.declaration.shape == .number(NumberBounds(lower: 0, includesLower: false)))
  }
}
