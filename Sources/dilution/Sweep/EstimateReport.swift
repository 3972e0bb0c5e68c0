import DataFiles
import Experiments
import Foundation

/// What `sweep --dry-run` prints.
struct EstimateReport: Encodable {
  struct Cell: Encodable {
    var task: String
    var length: Int
    var rotary: Bool
    var method: String
    var steps: Int?
    var tokensEach: Int?
    var instances: Int
    /// Behind the prefill, for one instance.
    var flops: Double
    /// Of one worker, for all instances, without prefills.
    var seconds: Double
  }

  struct Rates: Encodable {
    var prefillGflops: Double
    var adaptGflops: Double
    /// Token by token, and several branches side by side.
    var decodeGflops: Double
    var branchesGflops: Double
  }

  /// The part of the study; nil where it has none.
  var part: String?
  var cells: [Cell]
  var rates: Rates
  var prefillFlops: Double
  var totalFlops: Double
  var workers: Int
  var seconds: Double

  init(_ run: SweepRun, _ estimate: SweepEstimate) {
    part = run.plan.spec.part
    cells = estimate.rows.map { row in
      let cell = run.plan.cells[row.cell]
      let method = run.methods[row.cell]
      return Cell(
        task: cell.task.label, length: cell.length, rotary: cell.rotary, method: cell.method.label,
        steps: method.steps, tokensEach: method.tokensEach, instances: row.instances,
        flops: Double(row.flops), seconds: row.seconds)
    }
    rates = Rates(
      prefillGflops: estimate.rates.prefill * 1e-9, adaptGflops: estimate.rates.adapt * 1e-9,
      decodeGflops: estimate.rates.decode * 1e-9,
      branchesGflops: estimate.rates.branches * 1e-9)
    prefillFlops = Double(estimate.prefillFLOPs)
    totalFlops = Double(estimate.totalFLOPs)
    workers = run.workers.count
    seconds = estimate.seconds
  }

  /// Prints what sweeps will cost.
  static func print(_ sweeps: [PlannedSweep], _ console: Console) throws {
    let reports = try sweeps.map { EstimateReport($0.run, try $0.estimate()) }
    guard reports.count > 1 else {
      return try console.show(reports, hasParts: false, lines: reports.flatMap(\.lines))
    }
    let seconds = reports.reduce(0) { $0 + $1.seconds }
    try console.show(
      reports, hasParts: true,
      lines: reports.flatMap { ($0.part.map { ["\($0):"] } ?? []) + $0.lines + [""] }
        + ["About \(DurationText.clock(seconds)) for all \(sweeps.count) parts"])
  }

  /// The report as text for people.
  var lines: [String] {
    let columns: [TextTable.Column] = [
      .left("task"), .right("T"), .left("method"), .right("N"), .right("M each"), .right("to do"),
      .right("GFLOP each"), .right("time"),
    ]
    let rows = cells.map { cell in
      [
        cell.task + (cell.rotary ? "" : ", rotary off"), "\(cell.length)", cell.method,
        cell.steps.map(String.init) ?? "-", cell.tokensEach.map(String.init) ?? "-",
        "\(cell.instances)", String(format: "%.3f", cell.flops * 1e-9),
        DurationText.clock(cell.seconds),
      ]
    }
    var lines = TextTable(columns: columns, rows: rows).lines()
    let count = cells.reduce(0) { $0 + $1.instances }
    lines += [
      "",
      String(
        format: "%d records in %d cells: %.1f GFLOP, of which %.1f for reading contexts", count,
        cells.count, totalFlops * 1e-9, prefillFlops * 1e-9),
      String(
        format: "One thread here does %.1f GFLOP/s reading, %.1f training, %.1f generating, %.1f "
          + "generating branches together",
        rates.prefillGflops, rates.adaptGflops, rates.decodeGflops, rates.branchesGflops),
      "About \(DurationText.clock(seconds)) with \(workers) workers",
    ]
    return lines
  }
}
