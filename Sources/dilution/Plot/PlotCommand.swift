import ArgumentParsing
import DataFiles
import Plotting
import SandboxTasks

/// Draws the figures of the lab.
enum PlotCommand: Subcommand {
  /// The figures by name.
  enum Name: String, CaseIterable {
    case dilutionCurve = "dilution-curve"
    case accuracyCurve = "accuracy-curve"
  }

  /// What an accuracy curve shows.
  enum Measure: String, CaseIterable {
    case accuracy
    case answerProbability = "answer-probability"
  }

  static let figure = Positional.required(
    "FIGURE", .choice as ValueKind<Name>, help: "The figure: dilution-curve or accuracy-curve.")

  static let results = Positional.required(
    "RESULTS", .file("csv"), help: "The probe.csv that 'dilution probe' wrote.")

  static let outputs = Option.repeated(
    "out", .file("svg", "png", "pdf", "csv"), isRequired: true,
    help: "A file to write, drawn as its extension says: .svg, .png or .pdf, or .csv for the data "
      + "behind the figure; may be given several times.")

  static let task = Option.optional(
    "task", .choice.shown(as: "TASK") as ValueKind<TaskFamily>,
    help: "The family, where the results hold several.")

  static let step = Option.optional(
    "step", .integer(in: 1...Int.max),
    help: "Show the adaptation after this step; the last when not given.")

  static let trainingLength = Option.optional(
    "training-length", .size(in: 1...TaskSettings.lengthLimit),
    help: "Mark the longest context seen in training, in tokens.")

  static let bound = Option.flag(
    "bound",
    help: "Draw the largest mass that the dilution bound allows in context (dilution-curve).")

  static let measure = Option.defaulted(
    "measure", .choice.shown(as: "MEASURE"), to: Measure.accuracy,
    help: "What is shown over context length (accuracy-curve).")

  static let title = Option.optional("title", .text(), help: "A heading above the figure.")

  static let declaration = Command(
    name: "plot",
    summary: "draw a figure of results as SVG, PNG or PDF",
    discussion: """
      dilution-curve: target mass over context length, in context and after qTTT, of the best head \
      and as the mean over layers and heads. accuracy-curve: exact-match accuracy, or the answer's \
      probability, over context length. Lines are means over instances, bands their bootstrap 95 % \
      intervals (10,000 resamples).
      """,
    examples: [
      Example(
        "dilution plot dilution-curve out/probe/probe.csv --training-length 160 --out fig.svg "
          + "--out fig.png", "Target mass over context length"),
      Example(
        "dilution plot accuracy-curve out/probe/probe.csv --measure answer-probability "
          + "--out fig.pdf --out fig.csv", "The probability of the answer, with the figure's data"),
    ],
    positionals: [figure, results],
    groups: [
      OptionGroup("Options", [outputs, task, step, trainingLength, bound, measure, title])
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws {
    try checkOptions(arguments)
    let curves = try ProbeCurves(
      CSVTable.read(arguments[results]), task: arguments[task]?.rawValue, step: arguments[step],
      seed: arguments.seed())
    let drawn: (figure: Figure, data: [Curve]) =
      switch arguments[figure] {
      case .dilutionCurve: try dilutionCurve(curves, arguments)
      case .accuracyCurve: try accuracyCurve(curves, arguments)
      }
    for path in arguments[outputs] {
      if path.lowercased().hasSuffix(".csv") {
        var file = try CSVWriter(path, columns: Curve.columns)
        for row in drawn.data.flatMap(\.rows) { try file.append(row) }
        try file.commit()
      } else {
        try drawn.figure.write(to: path)
      }
    }
    if console.wantsJSON {
      try console.print(json: arguments[outputs])
    } else {
      for path in arguments[outputs] { console.note("Wrote \(path).") }
    }
  }

  private static func checkOptions(_ arguments: Arguments) throws {
    if arguments[figure] != .dilutionCurve, arguments[bound] {
      throw ArgumentError.rule("--bound is an option of dilution-curve.")
    }
    if arguments[figure] != .accuracyCurve, arguments.isGiven(measure) {
      throw ArgumentError.rule("--measure is an option of accuracy-curve.")
    }
    // Before the work rather than after it, and for all files before the first is written.
    for path in arguments[outputs] where !path.lowercased().hasSuffix(".csv") {
      do {
        _ = try FigureFormat(path: path)
      } catch {
        throw ArgumentError.rule("\(error)")
      }
    }
  }

  private static func dilutionCurve(
    _ curves: ProbeCurves, _ arguments: Arguments
  ) throws -> (Figure, [Curve]) {
    let best = try curves.curves("mass_best")
    let mean = try curves.curves("mass_mean")
    let limit = arguments[bound] ? try curves.curves("bound_best").first : nil
    var maker = DilutionCurve(
      bestHead: best.map(\.series), layerHeadMean: mean.map(\.series),
      trainingLength: arguments[trainingLength].map(Double.init), title: arguments[title],
      caption: caption(curves))
    if var series = limit?.series {
      series.name = "dilution bound"
      maker.bound = series
    }
    return (maker.figure, best + mean + (limit.map { [$0] } ?? []))
  }

  private static func accuracyCurve(
    _ curves: ProbeCurves, _ arguments: Arguments
  ) throws -> (Figure, [Curve]) {
    let isAccuracy = arguments[measure] == .accuracy
    let data = try curves.curves(isAccuracy ? "correct" : "answer_probability")
    let maker = AccuracyCurve(
      series: data.map(\.series),
      measure: isAccuracy ? "Exact-match accuracy" : "Probability of the answer",
      trainingLength: arguments[trainingLength].map(Double.init), title: arguments[title],
      caption: caption(curves))
    return (maker.figure, data)
  }

  /// What a reader needs to know: task, steps, n and what the bands are.
  private static func caption(_ curves: ProbeCurves) -> String {
    let counts = curves.counts
    let n =
      counts.lowerBound == counts.upperBound
      ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
    let steps = curves.step.map { "; qTTT: after \($0) \($0 == 1 ? "step" : "steps")" } ?? ""
    return "\(curves.task); n = \(n) instances a point; bands: bootstrap 95 % intervals\(steps)"
  }
}
