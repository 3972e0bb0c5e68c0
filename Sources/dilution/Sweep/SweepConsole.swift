import DataFiles
import Experiments
import Runs
import Synchronization

/// Shows how a sweep goes on: every cell of the grid, filling up, above its bar.
final class SweepConsole: SweepObserver {
  private struct State {
    var panel: SweepPanel?
    var cells: CellCounter?
    var progress: ProgressReporter?
    var records: String?
  }

  private let console: Console
  private let title: String
  private let state = Mutex(State())

  private init(_ console: Console, _ title: String) {
    self.console = console
    self.title = title
  }

  /// Does a sweep, and says where it goes on from when a signal ends it.
  static func work(_ sweep: PlannedSweep, _ console: Console) throws -> SweepReport {
    let part = sweep.run.plan.spec.part
    let observer = SweepConsole(console, part.map { "sweep \($0)" } ?? "sweep")
    do {
      return try sweep.work(author: .ofThisProcess(), observer: observer)
    } catch let stop as Interrupted {
      let state = observer.state.withLock { $0 }
      throw Interruption.told(stop, records: state.records, state.progress, console)
    }
  }

  func begin(
    _ plan: SweepPlan, all: [(group: SweepPlan.Group, cells: [Int])],
    pending: [(group: SweepPlan.Group, cells: [Int])]
  ) {
    let panel = SweepPanel(plan, all: all, pending: pending)
    let cells = CellCounter(plan, pending: pending)
    state.withLock { ($0.panel, $0.cells) = (panel, cells) }
  }

  func begin(total: Int, done: Int, records: String) {
    state.withLock { state in
      state.records = records
      state.progress = console.progress(
        title, unit: "records", total: total, alreadyDone: done, panel: state.panel)
    }
  }

  func advance(_ cell: Int) {
    let state = state.withLock { $0 }
    state.panel?.finish(cell)
    state.progress?.advance(note: state.cells?.finish(cell))
  }

  func advance() {}
  func finish() { state.withLock { $0.progress }?.finish() }
  func note(_ sentence: String) { console.note(sentence) }
  func check() throws { try Interruption.check() }
}

/// Counts the cells that are done, as records arrive in any order.
private final class CellCounter: Sendable {
  private let left: Mutex<[Int: Int]>
  private let total: Int

  init(
    _ plan: SweepPlan, pending: [(group: SweepPlan.Group, cells: [Int])]
  ) {
    var left: [Int: Int] = [:]
    for (_, cells) in pending {
      for cell in cells { left[cell, default: 0] += 1 }
    }
    self.left = Mutex(left)
    total = plan.cells.count
  }

  /// Takes a record of a cell, and says how many cells are done.
  func finish(_ cell: Int) -> String {
    left.withLock { left in
      if let count = left[cell] { left[cell] = count > 1 ? count - 1 : nil }
      return "\(total - left.count)/\(total) cells"
    }
  }
}
