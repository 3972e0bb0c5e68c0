import DataFiles
import Experiments
import Figures

extension ReportSource {
  /// The section of a probe.
  func probeBlocks(_ options: ReportOptions) throws -> [ReportBlock] {
    var blocks = try provenance("probe.json")
    guard let path = file("probe.csv") else { return blocks }
    let table = try ProbeFiles.schema.read(path)
    blocks += [.heading("Means"), .table(try Self.means(table, seed: options.seed))]
    if let attention = try explorer() { blocks += [.heading("Attention"), .explorer(attention)] }
    return blocks + (try figures(options))
  }

  private struct Place: Hashable {
    var task: String
    var length: Int
    var step: Int
  }

  /// Means at some moments, and what the last of them changed.
  private static func means(_ table: CSVTable, seed: UInt64) throws -> ReportTable {
    let tasks = try table.strings("task")
    let files = try table.strings("file")
    let lengths = try table.ints("length")
    let steps = try table.ints("step")
    let indices = try table.ints("index")
    let measures = Measure.printed.filter { table.contains($0.column) }
    let estimator = Estimator(seed: seed)
    let columns = try measures.map { try table.optionalDoubles($0.column) }
    let shown = Set(Moments.few(of: Set(steps).sorted()))
    var places: [Place] = []
    var rows: [Place: [Int]] = [:]
    for row in tasks.indices where shown.contains(steps[row]) {
      let place = Place(task: tasks[row], length: lengths[row], step: steps[row])
      if rows[place] == nil { places.append(place) }
      rows[place, default: []].append(row)
    }
    for place in places {
      try RecordCell.check(
        (rows[place] ?? []).lazy.map {
          .init(index: indices[$0], settings: [.init("file", files[$0])])
        },
        label: "step \(place.step)", place: "\(place.task) at T = \(place.length)", file: table.file
      )
    }
    let lines = places.map { place -> [ReportTable.Cell] in
      let own = rows[place] ?? []
      let base = rows[Place(task: place.task, length: place.length, step: 0)] ?? []
      let before = Dictionary(uniqueKeysWithValues: base.map { (indices[$0], $0) })
      var line: [ReportTable.Cell] = [
        .init(place.task), .count(place.length), .count(place.step), .count(own.count),
      ]
      for (values, measure) in zip(columns, measures) {
        let quantity = Quantity(measure, task: place.task, length: place.length)
        let mean = estimator.mean(own.compactMap { values[$0] }, of: quantity)
        line.append(mean.map { .estimate($0, isDifference: false) } ?? .missing)
        let pairs = own.compactMap { row -> (before: Double, after: Double)? in
          guard let after = values[row], let before = before[indices[row]].flatMap({ values[$0] })
          else { return nil }
          return (before, after)
        }
        let change =
          place.step > 0
          ? estimator.difference(
            before: pairs.map(\.before), after: pairs.map(\.after), of: quantity) : nil
        line.append(change.map { .estimate($0, isDifference: true) } ?? .missing)
      }
      return line
    }
    return meansTable(measures, rows: lines)
  }

  private static func meansTable(
    _ measures: [Measure], rows: [[ReportTable.Cell]]
  ) -> ReportTable {
    ReportTable(
      caption:
        "Means over instances and paired changes from step 0. \(EstimateNotes.intervals) "
        + EstimateNotes.plain(EstimateNotes.differences(isCorrected: false)),
      columns: [
        .init("task", isFilter: true), .init("T", isNumeric: true, isFilter: true),
        .init("steps", isNumeric: true, isFilter: true), .init("n", isNumeric: true),
      ]
        + measures.flatMap {
          [ReportTable.Column($0.heading, isNumeric: true), .init("change", isNumeric: true)]
        },
      rows: rows)
  }
}
