import DataFiles
import Experiments
import SandboxTasks

/// The table that `probe` prints.
struct ProbeReport: Encodable {
  struct Interval: Encodable {
    var mean: Double
    /// Nil without an interval.
    var lower: Double?
    var upper: Double?
    /// How the interval was made.
    var method: String?
    /// Of a difference.
    var pValue: Double?
    var test: String?
    var isSignificant: Bool?

    init(_ estimate: Estimate) {
      (mean, lower, upper) = (estimate.mean, estimate.lower, estimate.upper)
      method = estimate.method?.rawValue
      guard let test = estimate.test else { return }
      (pValue, self.test) = (test.pValue, test.name.rawValue)
      isSignificant = estimate.isSignificant
    }
  }

  struct Site: Encodable {
    var task: String
    var layer: Int
    var head: Int
  }

  struct Row: Encodable {
    var file: String
    var task: String
    var length: Int
    var count: Int
    var measure: String
    var inContext: Interval
    var qttt: Interval?
    var difference: Interval?
  }

  var retrievalSites: [Site]
  var rows: [Row]

  init(_ table: ProbeTable, heads: [TaskFamily: FollowedHeads]) {
    retrievalSites = TaskFamily.allCases.compactMap { task in
      heads[task].map {
        Site(task: task.rawValue, layer: $0.opening.layer, head: $0.opening.head)
      }
    }
    rows = table.rows.map { row in
      Row(
        file: row.file, task: row.task.rawValue, length: row.length, count: row.before.count,
        measure: row.measure.heading, inContext: Interval(row.before),
        qttt: row.after.map(Interval.init), difference: row.difference.map(Interval.init))
    }
  }

  /// The tables as text, one for each family.
  var lines: [String] {
    var lines = retrievalSites.map {
      "\($0.task): the best head is head \($0.head) of layer \($0.layer), both counted from 0; "
        + "mass is measured where a value begins."
    }
    let isAdapted = rows.contains { $0.qttt != nil }
    for task in rows.map(\.task).distinct() {
      lines.append("")
      lines += Self.table(task, rows.filter { $0.task == task }, isAdapted).lines()
    }
    lines += ["", EstimateNotes.intervals]
    if isAdapted {
      lines.append("*: p ≤ 0.05. " + EstimateNotes.tests)
    }
    if let note = EstimateNotes.smallCounts(rows.map(\.count)) {
      lines.append(EstimateNotes.plain(note))
    }
    return lines
  }

  private static func table(_ task: String, _ rows: [Row], _ isAdapted: Bool) -> TextTable {
    var columns: [TextTable.Column] = [
      .right("T", width: 8), .right("n", width: 5), .left("measure"), .right("in-context"),
    ]
    if isAdapted { columns += [.right("qTTT"), .right("difference")] }
    var last: Row?
    let cells = rows.map { row in
      let isNew = row.file != last?.file || row.length != last?.length
      last = row
      let first = isNew ? ["\(row.length)", "\(row.count)"] : ["", ""]
      return first + [row.measure, figure(row.inContext.mean)]
        + (isAdapted ? [figure(row.qttt?.mean), signed(row.difference?.mean)] : [])
        + [isAdapted ? interval(row.difference, signed) : interval(row.inContext, figure)]
    }
    return TextTable(task, columns: columns + [.left("95 % interval")], rows: cells)
  }

  private static func interval(_ interval: Interval?, _ text: (Double?) -> String) -> String {
    guard let interval, interval.lower != nil else { return "" }
    return "[\(text(interval.lower)), \(text(interval.upper))]"
      + (interval.isSignificant == true ? " *" : "")
  }

  private static func figure(_ number: Double?) -> String {
    number.map { DecimalText.fixed($0, 4) } ?? ""
  }

  private static func signed(_ number: Double?) -> String {
    number.map { DecimalText.fixed($0, 4, isSigned: true) } ?? ""
  }
}
