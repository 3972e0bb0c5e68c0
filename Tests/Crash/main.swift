import ArgumentParsing
import Foundation

// Kills the program at random moments, takes disks and folders away from it, and compares what stands
// in the end with an undisturbed run. `make crash-test` calls it; README.md says what came out.

let program = Positional.required("DILUTION", .file(), help: "The built program.")
let kills = Option.defaulted(
  "kills", .integer(in: 0...100_000), to: 100, help: "Times that each subcommand is killed.")
let trials = Option.defaulted(
  "trials", .integer(in: 0...1000), to: 10, help: "Of each other disturbance.")
let seed = Option.defaulted("seed", .unsigned, to: 1, help: "Of all moments.")
let only = Option.repeated("only", .text("NAME"), help: "These subcommands alone.")
let declaration = Command(
  name: "crash-harness", summary: "disturb the program, and compare what is left",
  positionals: [program],
  groups: [OptionGroup("Options", [kills, trials, seed, only, Parser.help, Parser.version])])

func run() throws -> Int32 {
  guard
    case .run(let arguments) = try Parser(declaration).parse(
      Array(CommandLine.arguments.dropFirst()))
  else {
    print(HelpScreen([declaration], width: 80).text)
    return 0
  }
  let bench = try Bench(program: arguments[program], seed: arguments[seed])
  var reports: [Report] = []
  for subject in try Subject.all(bench)
  where arguments[only].isEmpty || arguments[only].contains(subject.name) {
    var trial = try Trial(subject, bench)
    try trial.kill(arguments[kills])
    try trial.fillDisk(arguments[trials])
    try trial.forbidWriting(arguments[trials])
    try trial.takeFolderAway(arguments[trials])
    try trial.runTwoAtOnce(arguments[trials])
    print(trial.report.row)
    reports.append(trial.report)
  }
  print("\n" + Report.table(reports))
  for failure in reports.flatMap(\.failures) { print(failure) }
  return reports.allSatisfy(\.failures.isEmpty) ? 0 : 1
}

do {
  exit(try run())
} catch {
  print("crash-harness: \(error)")
  exit(2)
}
