import DataFiles
import Foundation
import SandboxTasks

/// The tables that `theory` prints.
public struct TheoryReport: Encodable, Sendable {
  var violations: Int
  var cells: [TheorySummary]

  /// The tables of all files and lengths.
  public init(_ summaries: [TheorySummary]) {
    violations = summaries.reduce(0) { $0 + $1.violations }
    cells = summaries
  }

  /// The tables as text.
  public var lines: [String] {
    var lines: [String] = []
    for task in TaskFamily.allCases.map(\.rawValue) {
      let own = cells.filter { $0.task == task }
      guard let first = own.first else { continue }
      if !lines.isEmpty { lines.append("") }
      lines.append(
        "\(task): followed is head \(first.head) of layer \(first.layer), both counted from 0.")
      lines += Self.tables(own)
    }
    return lines + ["", "Violations in all: \(violations)"]
  }

  private static func tables(_ cells: [TheorySummary]) -> [String] {
    table(
      "Lemma 2.2: mass of the target against its bound",
      ["T", "n", "rows", "mass", "bound", "violations"],
      cells.map { cell in
        head(cell) + [
          "\(cell.bound.rows)", number(cell.bound.mass), number(cell.bound.bound),
          "\(cell.bound.violations)",
        ]
      })
      + table(
        "Lemma 2.3: worst-case gap against the requirement, in nats",
        ["T", "n", "ε", "gap", "required", "reached", "violations"],
        cells.flatMap { cell in
          cell.requirements.map {
            head(cell) + [
              "\($0.shortfall)", number($0.gap), number($0.required),
              "\($0.reached)/\(cell.bound.rows)", "\($0.violations)",
            ]
          } + [head(cell) + ["any", "", "", "", "\(cell.guaranteeViolations)"]]
        })
      + table(
        "Proposition 2.4: attention of generated tokens to the needle",
        ["T", "n", "rows", "mass", "greatest", "violations"],
        cells.map { cell in
          head(cell) + [
            "\(cell.signal.rows)", number(cell.signal.mass), number(cell.signal.greatestMass),
            "\(cell.signal.violations)",
          ]
        })
      + table(
        "Proposition 3.1: query gradient, closed form against differences",
        ["T", "n", "rows", "‖∇ℓ‖²", "greatest error", "violations"],
        cells.map { cell in
          head(cell) + [
            "\(cell.gradient.rows)", number(cell.gradient.normSquared),
            String(format: "%.1e", cell.gradient.greatestError), "\(cell.gradient.violations)",
          ]
        })
      + table(
        "Lemma 3.2: gain of one step, in nats",
        ["T", "n", "η", "predicted", "measured", "measured/predicted"],
        cells.flatMap { cell in
          cell.gains.map {
            head(cell) + [
              "\($0.learningRate)", number($0.predicted), number($0.measured),
              $0.predicted.value > 0
                ? number($0.measured.value / $0.predicted.value) : "-",
            ]
          }
        })
  }

  private static func head(_ cell: TheorySummary) -> [String] {
    ["\(cell.length)", "\(cell.instances)"]
  }

  private static func number(_ mean: TheorySummary.Mean) -> String { number(mean.value) }

  private static func number(_ value: Double) -> String { String(format: "%.4f", value) }

  private static func table(
    _ heading: String, _ names: [String], _ rows: [[String]]
  ) -> [String] {
    [""] + TextTable(heading, names: names, left: 0, rows: rows).lines()
  }
}
