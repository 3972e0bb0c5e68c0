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

  /// The table as text.
  var lines: [String] {
    var lines = retrievalSites.map {
      "\($0.task): the best head is head \($0.head) of layer \($0.layer), both counted from 0; "
        + "mass is measured where a value begins."
    }
    let isAdapted = rows.contains { $0.qttt != nil }
    // Instruments that were asked for may have longer names than the others.
    let width = rows.reduce(20) { max($0, $1.measure.count) }
    var last: Row?
    for row in rows {
      if row.task != last?.task {
        lines += ["", row.task, Self.header(isAdapted, width)]
      }
      let isNewCell = row.task != last?.task || row.file != last?.file || row.length != last?.length
      let cell =
        isNewCell
        ? Self.right("\(row.length)", 8) + Self.right("\(row.count)", 7)
        : String(repeating: " ", count: 15)
      lines.append(cell + "  " + Self.left(row.measure, width) + Self.figures(row))
      last = row
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

  private static func header(_ isAdapted: Bool, _ width: Int) -> String {
    right("T", 8) + right("n", 7) + "  " + left("measure", width)
      + (isAdapted
        ? right("in-context", 11) + right("qTTT", 9) + right("difference", 13) + "  95 % interval"
        : right("in-context", 11) + "  95 % interval")
  }

  private static func figures(_ row: Row) -> String {
    guard let after = row.qttt, let difference = row.difference else {
      return right(figure(row.inContext.mean), 11) + interval(row.inContext, figure)
    }
    return right(figure(row.inContext.mean), 11) + right(figure(after.mean), 9)
      + right(signed(difference.mean), 13) + interval(difference, signed)
      + (difference.isSignificant == true ? " *" : "")
  }

  private static func interval(_ interval: Interval, _ text: (Double) -> String) -> String {
    guard let lower = interval.lower, let upper = interval.upper else { return "" }
    return "  [\(text(lower)), \(text(upper))]"
  }

  private static func figure(_ number: Double) -> String { DecimalText.fixed(number, 4) }
  private static func signed(_ number: Double) -> String {
    DecimalText.fixed(number, 4, isSigned: true)
  }

  private static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
