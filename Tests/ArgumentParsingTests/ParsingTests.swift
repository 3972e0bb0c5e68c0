import ArgumentParsing
import Testing

@Suite struct ParsingTests {
  @Test func valuesOfEveryKindAreRead() throws {
    let arguments = try Sample.arguments(
      "draw --length 256,4K,1M --count=7 --depth 0.25 --rate 3e-4 --mode recomputed --force")
    #expect(arguments[Sample.lengths] == [256, 4096, 1_048_576])
    #expect(arguments[Sample.count] == 7)
    #expect(arguments[Sample.depth] == 0.25)
    #expect(arguments[Sample.rate] == 3e-4)
    #expect(arguments[Sample.mode] == .recomputed)
    #expect(arguments[Sample.force])
    #expect(arguments.path.map(\.name) == ["sample", "draw"])
  }

  @Test func whatIsNotGivenTakesItsDefault() throws {
    let arguments = try Sample.arguments("draw --length 1")
    #expect(arguments[Sample.count] == 10)
    #expect(arguments[Sample.depth] == nil)
    #expect(arguments[Sample.mode] == .frozen)
    #expect(arguments[Sample.outputs] == [])
    #expect(!arguments[Sample.force])
    #expect(!arguments.isGiven(Sample.count))
    #expect(arguments.isGiven(Sample.lengths))
  }

  @Test(arguments: ["-n 7", "-n7", "-n=7", "--count 7", "--count=7", "-qn7"])
  func anOptionHasSeveralSpellings(_ spelling: String) throws {
    #expect(try Sample.arguments("draw --length 1 \(spelling)")[Sample.count] == 7)
  }

  @Test func repeatedOptionsKeepTheirOrder() throws {
    let arguments = try Sample.arguments("draw --out b.svg --length 1 -o a.png --out=c.svg")
    #expect(arguments[Sample.outputs] == ["b.svg", "a.png", "c.svg"])
  }

  /// What is given in lists, in several options or in both is one list.
  @Test(arguments: ["--step 1,2,4K", "--step 1 --step 2,4K", "--step 1 --step=2 --step 4096"])
  func gatheredOptionsTakeListsAndMayBeRepeated(_ line: String) throws {
    let steps = Option.gathered("step", .size(in: 1...1 << 20), help: "Steps.")
    let program = Command(
      name: "sample", summary: "take steps",
      groups: [OptionGroup("Options", [steps, Parser.help, Parser.version])])
    #expect(steps.declaration.usage == "--step N,..." && steps.declaration.isRepeatable)
    let words = line.split(separator: " ").map(String.init)
    guard case .run(let arguments) = try Parser(program).parse(words) else { throw NothingToRun() }
    #expect(arguments[steps] == [1, 2, 4096])
    guard case .run(let none) = try Parser(program).parse([]) else { throw NothingToRun() }
    #expect(none[steps] == [])
    #expect {
      try Parser(program).parse(words + ["--step", "8,x"])
    } throws: { "\($0)".hasSuffix(", not 'x'.") }
  }

  @Test(arguments: ["--seed 5 draw --length 1", "draw --seed 5 --length 1"])
  func outerOptionsStandBeforeOrBehindTheSubcommand(_ line: String) throws {
    #expect(try Sample.arguments(line)[Sample.seed] == 5)
  }

  @Test func positionalArgumentsFillTheirPlaces() throws {
    let one = try Sample.arguments("cook soup.json5")
    #expect(one[Sample.recipe] == "soup.json5")
    #expect(one[Sample.limit] == nil)
    #expect(try Sample.arguments("cook soup.json5 3")[Sample.limit] == 3)
    #expect(try Sample.arguments("join a b c")[Sample.runs] == ["a", "b", "c"])
  }

  @Test func nothingIsAnOptionBehindTheTerminator() throws {
    let arguments = try Sample.arguments("join a -q -- --seed -h")
    #expect(arguments[Sample.runs] == ["a", "--seed", "-h"])
    #expect(arguments[Sample.quiet])
    #expect(arguments[Sample.seed] == nil)
  }

  @Test func aLoneDashAndNegativeNumbersAreValues() throws {
    #expect(try Sample.arguments("join - -5")[Sample.runs] == ["-", "-5"])
    #expect(try Sample.arguments("draw --length 1 --out -")[Sample.outputs] == ["-"])
    #expect(Sample.complaint("draw --length 1 --depth -1").hasSuffix("not '-1'."))
  }

  @Test func aValueMayHoldEqualsSignsAndSpaces() throws {
    let request = try Parser(Sample.program).parse([
      "draw", "--length", "1, 2 ,3", "--out=a=b.svg",
    ])
    guard case .run(let arguments) = request else { throw NothingToRun() }
    #expect(arguments[Sample.lengths] == [1, 2, 3])
    #expect(arguments[Sample.outputs] == ["a=b.svg"])
  }

  @Test(arguments: [
    ("--help", ["sample"]), ("help", ["sample"]), ("draw --help", ["sample", "draw"]),
    ("help draw", ["sample", "draw"]), ("-h draw", ["sample", "draw"]),
    ("draw --no-such --length x -h", ["sample", "draw"]),
    ("--seed 1 draw -qh", ["sample", "draw"]),
  ])
  func helpIsFoundWhateverElseIsWrong(_ line: String, _ path: [String]) throws {
    guard case .help(let commands) = try Sample.parse(line) else { throw NothingToRun() }
    #expect(commands.map(\.name) == path)
  }

  @Test func theVersionNeedsNoSubcommand() throws {
    guard case .version = try Sample.parse("--version") else { throw NothingToRun() }
    guard case .version = try Sample.parse("draw --version") else { throw NothingToRun() }
  }
}
