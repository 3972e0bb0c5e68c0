import ArgumentParsing
import Foundation

// Throws bad input at everything that reads what users hand it. `make fuzz` calls it; README.md tells
// what came out.

let program = Positional.optional(
  "DILUTION", .file(), help: "The built program; without it only readers are tried.")
let inputs = Option.defaulted(
  "inputs", .integer(in: 1...100_000_000), to: 100_000, help: "For each reader.")
let lines = Option.defaulted(
  "lines", .integer(in: 0...1_000_000), to: 1000, help: "Command lines for the program.")
let commands = Option.defaulted(
  "commands", .integer(in: 0...1_000_000), to: 200, help: "Bad files for each whole command.")
let seed = Option.defaulted("seed", .unsigned, to: 1, help: "Of all inputs.")
let only = Option.repeated("only", .text("READER"), help: "These readers or whole commands alone.")
let show = Option.optional(
  "show", .integer(in: 0...Int.max), help: "Write this input of the reader named by --only.")
let child = Option.optional("child", .text("READER"), help: "Work through inputs of one reader.")
let first = Option.defaulted("first", .integer(in: 0...Int.max), to: 0, help: "For --child.")
let folder = Option.optional("folder", .file(), help: "For --child.")
let declaration = Command(
  name: "fuzz-harness", summary: "throw bad input at every reader",
  positionals: [program],
  groups: [
    OptionGroup(
      "Options", [inputs, lines, commands, seed, only, show, Parser.help, Parser.version]),
    OptionGroup("Within", [child, first, folder]),
  ])

func run() throws -> Int32 {
  guard
    case .run(let arguments) = try Parser(declaration).parse(
      Array(CommandLine.arguments.dropFirst()))
  else {
    print(HelpScreen([declaration], width: 80).text)
    return 0
  }
  let seed = arguments[seed]
  let readers = try Reader.all()
  if let name = arguments[child], let folder = arguments[folder],
    let reader = readers.first(where: { $0.name == name })
  {
    let notes = try Notes("\(folder)/notes")
    let first = arguments[first]
    try Worker(reader: reader, seed: seed, notes: notes, folder: folder)
      .run(first..<max(first, arguments[inputs]))
    return 0
  }
  let chosen = readers.filter { arguments[only].isEmpty || arguments[only].contains($0.name) }
  let wanted = try WholeCommand.all().filter {
    arguments[only].isEmpty || arguments[only].contains($0.name)
  }
  if let number = arguments[show] {
    let input =
      chosen.first.map { $0.input(Worker.stream($0.name, seed, number)) }
      ?? wanted.first.map { $0.input(Worker.stream($0.name, seed, number)) } ?? []
    FileHandle.standardOutput.write(Data(input))
    return 0
  }
  // In memory where that is possible: a disk would be what is measured.
  let memory = "/dev/shm"
  let place =
    (access(memory, W_OK) == 0 ? memory : FileManager.default.temporaryDirectory.path)
    + "/dilution-fuzz-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: place) }
  var rows: [Row] = []
  print(Row.heading)
  for reader in chosen {
    rows.append(
      try Campaign(reader: reader, seed: seed, inputs: arguments[inputs], folder: place).run())
    print(rows[rows.count - 1].line)
    fflush(nil)
  }
  if let program = arguments[program] {
    guard let path = realpath(program, nil) else { throw Problem("\(program) does not exist") }
    defer { free(path) }
    let program = String(cString: path)
    for command in wanted where arguments[commands] > 0 {
      rows.append(
        try CommandTrials(
          command: command, program: program, seed: seed, count: arguments[commands], folder: place
        ).run())
      print(rows[rows.count - 1].line)
      fflush(nil)
    }
    if arguments[only].isEmpty {
      rows.append(
        try ProgramTrials(program: program, seed: seed, count: arguments[lines], folder: place)
          .run())
      print(rows[rows.count - 1].line)
    }
  }
  let failures = rows.flatMap(\.failures)
  if !failures.isEmpty { print("") }
  for failure in failures { print(failure) }
  return failures.isEmpty ? 0 : 1
}

do {
  exit(try run())
} catch {
  print("fuzz-harness: \(error)")
  exit(2)
}
