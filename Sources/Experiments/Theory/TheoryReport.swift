import DataFiles
import Foundation
import SandboxTasks

/// The tables that `theory` prints.
public struct TheoryReport: Encodable, Sendable {
  struct Cell: Encodable, Sendable {
    var file: String
    var task: String
    var length: Int
    var layer: Int
    var head: Int
    var instances: Int
    var bound: Bound
    var requirements: [Requirement]
    var guaranteeViolations: Int
    var signal: Signal
    var gradient: Gradient
    var gains: [Gain]
  }

  struct Bound: Encodable, Sendable {
    var rows: Int
    var mass: Double
    var bound: Double
    var violations: Int
  }

  struct Requirement: Encodable, Sendable {
    var shortfall: Double
    var gap: Double
    var required: Double
    var reached: Int
    var violations: Int
  }

  struct Signal: Encodable, Sendable {
    var rows: Int
    var mass: Double
    var greatestMass: Double
    var violations: Int
  }

  struct Gradient: Encodable, Sendable {
    var rows: Int
    var normSquared: Double
    var greatestError: Double
    var violations: Int
  }

  struct Gain: Encodable, Sendable {
    var learningRate: Double
    var predicted: Double
    var measured: Double
  }

  var violations: Int
  var cells: [Cell]

  /// The tables of all files and lengths.
  public init(_ summaries: [TheorySummary]) {
    violations = summaries.reduce(0) { $0 + $1.violations }
    cells = summaries.map { summary in
      Cell(
        file: summary.file, task: summary.task.rawValue, length: summary.length,
        layer: summary.site.layer, head: summary.site.head, instances: summary.instances,
        bound: Bound(
          rows: summary.bound.rows, mass: summary.bound.mass.value,
          bound: summary.bound.bound.value, violations: summary.bound.violations),
        requirements: summary.requirements.map {
          Requirement(
            shortfall: $0.shortfall, gap: $0.gap.value, required: $0.required.value,
            reached: $0.reached, violations: $0.violations)
        }, guaranteeViolations: summary.guaranteeViolations,
        signal: Signal(
          rows: summary.signal.rows, mass: summary.signal.mass.value,
          greatestMass: summary.signal.greatestMass.value, violations: summary.signal.violations),
        gradient: Gradient(
          rows: summary.gradient.rows, normSquared: summary.gradient.normSquared.value,
          greatestError: summary.gradient.greatestError, violations: summary.gradient.violations),
        gains: summary.gains.map {
          Gain(
            learningRate: $0.learningRate, predicted: $0.predicted.value,
            measured: $0.measured.value)
        })
    }
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

  private static func tables(_ cells: [Cell]) -> [String] {
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
              $0.predicted > 0 ? number($0.measured / $0.predicted) : "-",
            ]
          }
        })
  }

  private static func head(_ cell: Cell) -> [String] { ["\(cell.length)", "\(cell.instances)"] }

  private static func number(_ value: Double) -> String { String(format: "%.4f", value) }

  private static func table(
    _ heading: String, _ names: [String], _ rows: [[String]]
  ) -> [String] {
    [""] + TextTable(heading, names: names, left: 0, rows: rows).lines()
  }
}
