import ArgumentParsing
import DataFiles
import SandboxTasks

/// What figures of a probe's results take.
enum ProbeOptionsOfPlots {
  static let results = Positional.required(
    "RESULTS", .file("csv"), help: "The probe.csv that 'dilution probe' wrote.")

  static let task = Option.optional(
    "task", .choice.shown(as: "TASK") as ValueKind<TaskFamily>,
    help: "The family, where the results hold several.")

  static let step = Option.optional(
    "step", .integer(in: 1...Int.max),
    help: "Show the adaptation after this step; the last when not given.")

  static func curves(_ arguments: Arguments) throws -> ProbeCurves {
    try ProbeCurves(
      CSVTable.read(arguments[results]), task: arguments[task]?.rawValue, step: arguments[step],
      seed: arguments.seed())
  }
}
