import ArgumentParsing

/// A small program with every sort of option and argument, on which the tests parse.
enum Sample {
  enum Mode: String, CaseIterable, Sendable {
    case frozen
    case recomputed
  }

  static let seed = Option.optional("seed", .integer(in: 0...Int.max), help: "Seed.")
  static let quiet = Option.flag("quiet", short: "q", help: "Say nothing.")

  static let lengths = Option.required(
    "length", .list(of: .size(in: 1...1 << 20)), help: "Context lengths in tokens.")
  static let count = Option.defaulted(
    "count", short: "n", .integer(in: 1...1000), to: 10, help: "Instances.")
  static let depth = Option.optional("depth", .number(in: 0...1), help: "Relative depth.")
  static let rate = Option.defaulted("rate", .number(above: 0), to: 0.001, help: "Learning rate.")
  static let mode = Option.defaulted("mode", .choice, to: Mode.frozen, help: "Keys and values.")
  static let outputs = Option.repeated(
    "out", short: "o", .file("svg", "png"), isRequired: false, help: "File to write.")
  static let force = Option.flag("force", help: "Replace files.")

  static let recipe = Positional.required("RECIPE", .file("json5"), help: "The recipe.")
  static let limit = Positional.optional("LIMIT", .integer(in: 1...9), help: "A limit.")
  static let runs = Positional.rest("RUN", .directory, isRequired: true, help: "Runs to join.")

  static let draw = Command(
    name: "draw", summary: "draw things",
    discussion: "First paragraph of the discussion.\n\nSecond paragraph.",
    examples: [Example("sample draw --length 4K", "Draw at 4096 tokens")],
    groups: [
      OptionGroup("Options", [lengths, count, depth, rate, mode, outputs]),
      OptionGroup("Files", [force]),
    ])
  static let cook = Command(name: "cook", summary: "cook a recipe", positionals: [recipe, limit])
  static let join = Command(name: "join", summary: "join runs", positionals: [runs])

  static let program = Command(
    name: "sample", summary: "try the parser",
    groups: [OptionGroup("Global options", [seed, quiet, Parser.help, Parser.version])],
    subcommands: [draw, cook, join], otherNames: ["paint": ["draw"], "make": ["cook", "draw"]])

  /// The request of a command line whose words are separated by spaces.
  static func parse(_ line: String) throws -> Request {
    try Parser(program).parse(line.split(separator: " ").map(String.init))
  }

  /// The arguments of a command line that runs something.
  static func arguments(_ line: String) throws -> Arguments {
    guard case .run(let arguments) = try parse(line) else { throw NothingToRun() }
    return arguments
  }

  /// The wording of what is wrong with a command line.
  static func complaint(_ words: [String]) -> String {
    do throws(ArgumentError) {
      _ = try Parser(program).parse(words)
      return "nothing is wrong"
    } catch {
      return error.description
    }
  }

  static func complaint(_ line: String) -> String {
    complaint(line.split(separator: " ").map(String.init))
  }
}

struct NothingToRun: Error {}
