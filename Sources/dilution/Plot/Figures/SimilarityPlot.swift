import ArgumentParsing
import DataFiles
import Experiments
import Plotting

/// A measure against the number of distractors that share a symbol with the target's key.
enum SimilarityPlot: PlottedFigure {
  /// What the x axis shows.
  enum Across: String, CaseIterable {
    case length
    case similar
  }

  static let measure = RunOptions.measure(.massBest)

  static let across = Option.defaulted(
    "across", .choice.shown(as: "NAME"), to: Across.length,
    help: "The x axis: context length with a line for each number of similar distractors, or that "
      + "number with a line for each length.")

  static let declaration = Command(
    name: "similarity",
    summary: "target mass over context length, a line for each number of similar distractors",
    discussion: """
      Distractors whose key shares a symbol with the target's are the near ties of the dilution \
      bound: more of them, more dilution at the same length. A panel for each method. The sweep needs \
      a task such as {task: "key-value", similar: [0, 8, 32]}.
      """,
    examples: [
      Example(
        "dilution plot similarity runs/similar --method in-context --out fig.svg",
        "How similarity and length dilute together")
    ],
    positionals: [RunOptions.run],
    groups: [
      OptionGroup("Options", [measure, across, PlotOptions.trainingLength] + RunOptions.selection)
    ])

  static func draw(_ arguments: Arguments) throws -> DrawnFigure {
    let selection = try RunSelection(arguments)
    let variants = try TaskVariants(
      selection, column: "similar",
      remedy: "sweep a task with a list of numbers, such as similar: [0, 8, 32]")
    let column = try selection.column(arguments[measure])
    var parts: [LengthPanels.Part] = []
    var data = FigureData(columns: ["similar"] + Curve.columns)
    var estimates: [Estimate] = []
    for method in selection.methods {
      let curves = variants.variants.map { variant in
        selection.curve(
          variant.rows.filter { $0.method == method }, method: method, column)
      }
      guard curves.contains(where: { !$0.points.isEmpty }) else { continue }
      for (variant, curve) in zip(variants.variants, curves) {
        data.rows += curve.rows.map { [.count(variant.value)] + $0 }
        estimates += curve.points.map(\.estimate)
      }
      let series =
        arguments[across] == .length
        ? overLength(curves, variants) : overSimilarity(curves, variants, selection.lengths)
      parts.append(
        .init(title: selection.names[method], series: series, y: arguments[measure].axis))
    }
    guard !parts.isEmpty else {
      throw PlotError.noValues(column: column.column, file: selection.table.file)
    }
    let isOverLength = arguments[across] == .length
    var maker = LengthPanels(
      parts,
      trainingLength: isOverLength ? arguments[PlotOptions.trainingLength].map(Double.init) : nil,
      title: arguments[PlotOptions.title],
      caption: try selection.caption(variants.subject, estimates))
    if !isOverLength { maker.x = .linear("Similar distractors") }
    maker.sharesY = true
    return DrawnFigure(figure: maker.figure, data: data)
  }

  private static func overLength(_ curves: [Curve], _ variants: TaskVariants) -> [LengthSeries] {
    zip(curves, variants.values).enumerated().compactMap { place, entry in
      guard !entry.0.points.isEmpty else { return nil }
      var series = entry.0.series
      series.name = "\(plainNumber(entry.1)) similar"
      series.style = .ordered(place, of: curves.count)
      return series
    }
  }

  private static func overSimilarity(
    _ curves: [Curve], _ variants: TaskVariants, _ lengths: [Int]
  ) -> [LengthSeries] {
    lengths.enumerated().compactMap { place, length in
      let points = zip(curves, variants.values).compactMap { curve, value in
        curve.points.first { $0.length == length }.map { (value, $0.estimate) }
      }
      guard !points.isEmpty else { return nil }
      return LengthSeries(
        "$T$ = \(length)", lengths: points.map(\.0), estimates: points.map(\.1),
        style: .ordered(place, of: lengths.count))
    }
  }
}
