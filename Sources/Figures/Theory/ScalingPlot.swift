import DataFiles
import Experiments
import Plotting
import Runs

/// Time and memory over context length.
struct ScalingPlot: ResultFigure {
  let about = FigureAbout(
    name: "scaling", section: .costs,
    summary: "time and memory over context length, measured and predicted",
    discussion: """
      Markers are measured, lines predicted. Left, seconds of reading the context (∝ T² where \
      attention rules), of one qTTT step on k tokens (∝ kT), of reading the question with target mass \
      recorded and of decoding one token (both ∝ T). Right, the most memory that the process held, \
      for each precision of keys and values, beside what the scores of one layer would take if they \
      were ever held at once.
      """,
    examples: [
      (
        "dilution plot scaling out/scaling --out fig.svg --out fig.png",
        "From the folder that 'dilution scaling' wrote"
      )
    ],
    source: .table(of: .scaling, "dilution scaling", "the table in it"),
    otherNames: ["memory", "time"])

  var settings: [Setting<Self>] { [] }

  private static let phases: [(name: String, column: String, style: SeriesStyle)] = [
    ("prefill", "prefill", SeriesStyle(color: Palette.blue, marker: .circle)),
    (
      "one qTTT step", "step", SeriesStyle(color: Palette.vermilion, marker: .square, dash: .dashed)
    ),
    ("question", "answer", SeriesStyle(color: Palette.green, marker: .triangleUp, dash: .dashDot)),
    ("one token", "token", SeriesStyle(color: Palette.purple, marker: .diamond, dash: .longDash)),
  ]

  private static let precisions: [(name: String, style: SeriesStyle)] = [
    ("float32", SeriesStyle(color: Palette.blue, marker: .circle)),
    ("float16", SeriesStyle(color: Palette.vermilion, marker: .square, dash: .dashed)),
    ("bfloat16", SeriesStyle(color: Palette.green, marker: .triangleUp, dash: .dashDot)),
  ]

  func views(of run: RunOverview) throws -> [FigureView] {
    []
  }

  func draw(_ input: FigureInput) throws -> DrawnFigure {
    let table = try about.table(input.path, ScalingTable.schema)
    let lengths = try table.ints("length")
    let stored = try table.strings("kv_precision")
    guard let spans = try table.strings("span_length").first,
      let threads = try table.strings("threads").first
    else { throw RowChoiceError.empty(file: table.file) }
    // Times of one precision: the others' hardly differ, and would hide each other.
    let timed =
      Self.precisions.first { precision in stored.contains(precision.name) }?.name ?? stored[0]
    let rows = lengths.indices.filter { stored[$0] == timed }.sorted { lengths[$0] < lengths[$1] }
    var data = FigureData(
      columns: ["length", "kv_precision", "quantity", "measured", "predicted", "unit"])

    var times: [Mark] = []
    for phase in Self.phases {
      let measured = try table.doubles("\(phase.column)_seconds")
      let predicted = try table.doubles("\(phase.column)_predicted_seconds")
      times += Self.marks(
        phase.name, x: rows.map { Double(lengths[$0]) }, measured: rows.map { measured[$0] },
        predicted: rows.map { predicted[$0] }, style: phase.style)
      for row in rows {
        data.rows.append([
          .integer(lengths[row]), .text(timed), .text(phase.name), .number(measured[row]),
          .number(predicted[row]), "s",
        ])
      }
    }

    let memory = try Self.memory(table, lengths, stored, &data)
    let x = Axis.log2("Context length $T$ (tokens)")
    return DrawnFigure(
      figure: Figure(
        size: .inches(7, 3.1),
        panels: [
          Panel(title: "Time", x: x, y: .log10("Wall clock (s)"), marks: times),
          Panel(title: "Memory", x: x, y: .log10("Peak memory (GiB)"), marks: memory),
        ], title: input.title,
        caption: "markers: measured; lines: predicted; $k$ = \(spans); \(threads) threads; "
          + "times with keys and values in \(timed)"), data: data)
  }

  /// The most memory of each precision, and what the scores of a layer would take.
  private static func memory(
    _ table: CSVTable, _ lengths: [Int], _ stored: [String], _ data: inout FigureData
  ) throws -> [Mark] {
    var memory: [Mark] = []
    let peaks = try table.optionalDoubles("peak_bytes")
    let expected = try table.optionalDoubles("peak_predicted_bytes")
    let gibibyte = 1 / Double(1 << 30)
    for (name, style) in precisions {
      let own = lengths.indices.filter { stored[$0] == name && peaks[$0] != nil }
        .sorted { lengths[$0] < lengths[$1] }
      guard !own.isEmpty else { continue }
      memory += marks(
        name, x: own.map { Double(lengths[$0]) },
        measured: own.map { (peaks[$0] ?? 0) * gibibyte },
        predicted: own.map { (expected[$0] ?? 0) * gibibyte }, style: style)
      for row in own {
        data.rows.append([
          .integer(lengths[row]), .text(name), "peak memory", .number(peaks[row] ?? 0),
          .number(expected[row] ?? 0), "bytes",
        ])
      }
    }
    let all = lengths.indices.sorted { lengths[$0] < lengths[$1] }
    let squares = try table.doubles("score_matrix_bytes")
    let square = SeriesStyle(color: Palette.paleGrey, marker: nil, dash: .dotted)
    memory.append(
      .line(
        "scores of a layer", x: all.map { Double(lengths[$0]) },
        y: all.map { squares[$0] * gibibyte }, style: square))
    return memory
  }

  /// Markers where it was measured, and a line where it was expected.
  private static func marks(
    _ name: String, x: [Double], measured: [Double], predicted: [Double], style: SeriesStyle
  ) -> [Mark] {
    var line = style
    line.marker = nil
    return [
      Mark.line(name, x: x, y: predicted, style: line).hiddenInLegend,
      .scatter(name, x: x, y: measured, style: style),
    ]
  }
}
