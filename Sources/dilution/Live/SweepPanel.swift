import DataFiles
import Experiments
import Synchronization
import TerminalGraphics

/// What a sweep shows above its bar: every cell of the grid, filling up.
final class SweepPanel: ProgressPanel {
  private struct State {
    var done: [Int]
    /// The row to which the last record belongs.
    var row = 0
  }

  private struct Row {
    var label: String
    /// Numbers of cells.
    var cells: Range<Int>
  }

  private let totals: [Int]
  private let rows: [Row]
  private let methods: [String]
  private let state: Mutex<State>

  /// - Parameters:
  ///   - all: what belongs to the shard.
  ///   - pending: what of it is still to be done.
  init(
    _ plan: SweepPlan, all: [(group: SweepPlan.Group, cells: [Int])],
    pending: [(group: SweepPlan.Group, cells: [Int])]
  ) {
    var totals = [Int](repeating: 0, count: plan.cells.count)
    for cell in all.flatMap(\.cells) { totals[cell] += 1 }
    var done = totals
    for cell in pending.flatMap(\.cells) { done[cell] -= 1 }
    self.totals = totals
    state = Mutex(State(done: done))
    let size = plan.spec.methods.count
    methods = plan.spec.methods.map(\.label)
    let bothWays = Set(plan.cells.map(\.rotary)).count > 1
    rows = stride(from: 0, to: plan.cells.count, by: size).map { first in
      let cell = plan.cells[first]
      let rotary = bothWays && !cell.rotary ? ", rotary off" : ""
      return Row(label: "\(cell.task.label)\(rotary)  \(cell.length)", cells: first..<first + size)
    }
  }

  /// Counts a record of a cell, and says how many cells are done.
  func finish(_ cell: Int) -> String {
    state.withLock { state in
      state.done[cell] += 1
      state.row = rows.firstIndex { $0.cells.contains(cell) } ?? 0
      return "\(finished(state.done))/\(totals.count) cells"
    }
  }

  private func finished(_ done: [Int]) -> Int { totals.indices.count { done[$0] >= totals[$0] } }

  func lines(columns: Int, rows height: Int, isPlain: Bool) -> [String] {
    let (done, current) = state.withLock { ($0.done, $0.row) }
    let counts = "cells \(finished(done))/\(totals.count)"
    let most = max(1, min(height - 2, 12))
    let first = max(0, min(current - most / 2, rows.count - most))
    let shown = rows[first..<min(first + most, rows.count)]
    let width = min(shown.map(\.label.count).max() ?? 0, columns / 2)
    let lines = [
      rows.count > most ? "\(counts), rows \(first + 1) to \(first + shown.count)" : counts,
      "columns: \(methods.joined(separator: ", "))",
    ]
    let table = shown.map { row in
      let shares = row.cells.map { totals[$0] > 0 ? Double(done[$0]) / Double(totals[$0]) : 1 }
      let made = row.cells.reduce(0) { $0 + done[$1] }
      let total = row.cells.reduce(0) { $0 + totals[$1] }
      return [
        String(row.label.suffix(width)), ShareCells.text(shares, isPlain: isPlain),
        "\(made)/\(total)",
      ]
    }
    return lines + TextTable(columns: [.right(""), .left(""), .left("")], rows: table).lines()
  }
}
