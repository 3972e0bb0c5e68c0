import ArgumentParsing
import Experiments
import SandboxTasks

/// What figures of a run's results take.
enum RunOptions {
  static let run = Positional.required(
    "RUN", .directory,
    help:
      "The folder of a finished sweep, of one of its parts, or of a probe; or the results.csv or "
      + "probe.csv in it.")

  /// That of figures that a probe has not enough for.
  static let sweep = Positional.required(
    "RUN", .directory,
    help:
      "The folder of a finished sweep or of one of its parts, or the results.csv in it; the folder "
      + "of a probe will not do.")

  static let task = Option.repeated(
    "task", .text("LABEL,..."),
    help: "A task by its label or family, where the results hold several; or several tasks.")

  static let method = Option.repeated(
    "method", .text("LABEL,..."),
    help:
      "Show these methods, each by its label or by its name in the figure, in this order. All when "
      + "not given.")

  static let length = lengths(
    help: "Show these context lengths; 4K is 4096. All when not given.")

  /// That of figures that show a single length. `RunSelection` reads it as it reads `length`, for it is of
  /// the same name and type.
  static let oneLength = lengths(
    help: "Show this context length, one alone; 4K is 4096. The longest when not given.")

  private static func lengths(help: String) -> Option<[Int]> {
    .gathered("length", .size(in: 1...TaskSettings.lengthLimit), help: help)
  }

  static let step = Option.optional(
    "step", .integer(in: 1...Int.max),
    help: "Of a probe, show the adaptation after this step; the last when not given.")

  /// The options with which `RunSelection` chooses.
  static let selection: [any OptionDeclaring] = [task, method, length]

  /// What is drawn, with a figure's own default.
  static func measure(_ fallback: Measure) -> Option<Measure> {
    .defaulted("measure", Measure.kind, to: fallback, help: "What is drawn.")
  }
}
