import DataFiles
import Experiments
import Foundation
import Randomness
import Report

extension ReportSource {
  /// The section of a probe.
  func probeBlocks(_ figures: ReportFigures, seed: UInt64) throws -> [ReportBlock] {
    var blocks = try provenance("probe.json")
    guard let path = file("probe.csv") else { return blocks }
    let table = try ProbeFiles.schema.read(path)
    blocks += [.heading("Means"), .table(try Self.means(table, seed: seed))]
    if let attention = try explorer() { blocks += [.heading("Attention"), .explorer(attention)] }
    var wishes = ["dilution-curve", "accuracy-curve", "margin", "head-heatmaps"].map {
      ReportFigures.Wish(name: $0)
    }
    wishes.insert(
      .init(
        name: "accuracy-curve", options: ["--measure", "answer-probability"],
        detail: "answer probability"), at: 2)
    if let profile = file("profile.csv") {
      wishes += try Self.profiles(ProbeFiles.profileSchema.read(profile))
    }
    return blocks + (try figures.blocks(wishes, run: folder))
  }

  private struct Place: Hashable {
    var task: String
    var length: Int
    var step: Int
  }

  private static let measures = [
    ("correct", "accuracy"), ("answer_probability", "p(answer)"), ("mass_best", "mass, best head"),
    ("mass_mean", "mass, mean"),
  ]

  /// Means at some moments, and what the last of them changed.
  private static func means(_ table: CSVTable, seed: UInt64) throws -> ReportTable {
    let tasks = try table.strings("task")
    let lengths = try table.ints("length")
    let steps = try table.ints("step")
    let indices = try table.ints("index")
    let columns = try measures.map { try table.doubles($0.0) }
    let shown = Set(Moments.few(of: Set(steps).sorted()))
    var places: [Place] = []
    var rows: [Place: [Int]] = [:]
    for row in tasks.indices where shown.contains(steps[row]) {
      let place = Place(task: tasks[row], length: lengths[row], step: steps[row])
      if rows[place] == nil { places.append(place) }
      rows[place, default: []].append(row)
    }
    func estimate(_ values: [Double], _ place: Place, _ name: String) -> Estimate? {
      guard !values.isEmpty else { return nil }
      let stream = RandomStream(seed: seed, label: "bootstrap").child(place.length).child(name)
      return Statistics.bootstrap(values, stream: stream)
    }
    let lines = places.map { place -> [ReportTable.Cell] in
      let own = rows[place] ?? []
      let base = rows[Place(task: place.task, length: place.length, step: 0)] ?? []
      let before = Dictionary(
        base.map { (indices[$0], $0) }, uniquingKeysWith: { first, _ in first })
      var line: [ReportTable.Cell] = [
        .init(place.task), .count(place.length), .count(place.step), .count(own.count),
      ]
      for (values, measure) in zip(columns, measures) {
        let mean = estimate(own.map { values[$0] }, place, measure.0)
        line.append(
          mean.map {
            .estimate($0.mean, $0.lower, $0.upper, count: $0.count, isDifference: false)
          } ?? .missing)
        let changes = own.compactMap { row in
          before[indices[row]].map { values[row] - values[$0] }
        }
        let change = place.step > 0 ? estimate(changes, place, measure.0) : nil
        line.append(
          change.map {
            .estimate($0.mean, $0.lower, $0.upper, count: $0.count, isDifference: true)
          } ?? .missing)
      }
      return line
    }
    return ReportTable(
      caption:
        "Means over instances and paired changes from step 0, bootstrap 95 % intervals; bold "
        + "where the interval of a change excludes 0",
      columns: [
        .init("task", isFilter: true), .init("T", isNumeric: true, isFilter: true),
        .init("steps", isNumeric: true, isFilter: true), .init("n", isNumeric: true),
      ]
        + measures.flatMap {
          [ReportTable.Column($0.1, isNumeric: true), .init("change", isNumeric: true)]
        },
      rows: lines)
  }

  /// A profile for each length, of the first instance that has one.
  private static func profiles(_ table: CSVTable) throws -> [ReportFigures.Wish] {
    let tasks = try table.strings("task")
    let lengths = try table.ints("length")
    let indices = try table.ints("index")
    var seen: Set<String> = []
    var wishes: [ReportFigures.Wish] = []
    for row in tasks.indices where seen.insert("\(tasks[row]) \(lengths[row])").inserted {
      wishes.append(
        .init(
          name: "attention-profile",
          options: [
            "--task", tasks[row], "--length", "\(lengths[row])", "--index", "\(indices[row])",
          ], detail: "\(tasks[row]), T = \(lengths[row]), instance \(indices[row])"))
    }
    return Array(wishes.prefix(6))
  }
}
