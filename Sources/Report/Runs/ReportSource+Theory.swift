import DataFiles
import Experiments

extension ReportSource {
  /// The section of a theory run.
  func theoryBlocks(_ options: ReportOptions) throws -> [ReportBlock] {
    var blocks = try provenance("theory.json")
    if let path = file("theory.json") {
      let violations = try JSONValue.read(path)["violations"]
      if let members = violations?.members {
        let facts = members.map {
          ReportFact($0.key.replacing("_", with: " "), (try? $0.value.text()) ?? "")
        }
        blocks += [.heading("Violations"), .facts(facts)]
      } else if let count = violations?.int {
        blocks += [.heading("Violations"), .facts([ReportFact("In all", "\(count)")])]
      }
    }
    for schema in [
      TheoryFiles.requirementSchema, TheoryFiles.gainSchema, TheoryFiles.signalSchema,
    ] {
      guard let path = file(schema.name) else { continue }
      let name = String(schema.name.dropLast(".csv".count))
      blocks.append(.table(try Self.counts(schema.read(path), name)))
    }
    return blocks + (try figures(options))
  }

  /// How many rows were held against each statement, and how many broke it.
  private static func counts(_ table: CSVTable, _ name: String) throws -> ReportTable {
    let tasks = try table.strings("task")
    let lengths = try table.ints("length")
    let mass = try table.doubles("mass")
    let checks = ["bound_holds", "guarantee_holds", "holds"].filter(table.contains)
    let verdicts = try checks.map { try table.ints($0) }
    struct Place: Hashable {
      var task: String
      var length: Int
    }
    let groups = Dictionary(grouping: tasks.indices) {
      Place(task: tasks[$0], length: lengths[$0])
    }
    let places = groups.keys.sorted { ($0.task, $0.length) < ($1.task, $1.length) }
    return ReportTable(
      caption: "Rows of \(name).csv",
      columns: [
        .init("task", isFilter: true), .init("T", isNumeric: true, isFilter: true),
        .init("rows", isNumeric: true), .init("mean target mass", isNumeric: true),
      ] + checks.map { .init("breaks '\($0.replacing("_", with: " "))'", isNumeric: true) },
      rows: places.map { place in
        let rows = groups[place] ?? []
        let mean = rows.reduce(0) { $0 + mass[$1] } / Double(max(rows.count, 1))
        return [
          .init(place.task), .count(place.length), .count(rows.count),
          .estimate(mean, nil, nil, isDifference: false, isEmphasized: false),
        ] + verdicts.map { verdict in .count(rows.count { verdict[$0] == 0 }) }
      })
  }
}
