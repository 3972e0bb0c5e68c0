import DataFiles
import Experiments
import Synchronization

/// Shows how a run goes on, and says where it goes on from when a signal ends it.
final class ConsoleObserver: SweepObserver {
  private struct State {
    var progress: ProgressReporter?
    var records: String?
    /// Of a sweep: every cell of the grid, filling up.
    var panel: SweepPanel?
  }

  private let console: Console
  private let label: String
  private let unit: String
  private let state = Mutex(State())

  private init(_ console: Console, _ label: String, unit: String) {
    self.console = console
    self.label = label
    self.unit = unit
  }

  /// Has work watched.
  ///
  /// - Parameter unit: what a record is of, in the plural.
  static func watch<Result>(
    _ console: Console, _ label: String, unit: String, _ work: (ConsoleObserver) throws -> Result
  ) throws -> Result {
    let observer = ConsoleObserver(console, label, unit: unit)
    do {
      return try work(observer)
    } catch let stop as Interrupted {
      let state = observer.state.withLock { $0 }
      state.progress?.clear()
      // Whoever left no records has nothing to go on from.
      guard let records = state.records, FileSystem.exists(records) else { throw stop }
      console.note(
        "Stopped; what is done is in \(records), and the same command goes on from there.")
      throw Interrupted(signal: stop.signal, isTold: true)
    }
  }

  func begin(
    _ plan: SweepPlan, all: [(group: SweepPlan.Group, cells: [Int])],
    pending: [(group: SweepPlan.Group, cells: [Int])]
  ) {
    state.withLock { $0.panel = SweepPanel(plan, all: all, pending: pending) }
  }

  func begin(total: Int, done: Int, records: String) {
    state.withLock { state in
      state.records = records
      state.progress = console.progress(
        label, unit: unit, total: total, alreadyDone: done, panel: state.panel)
    }
  }

  func advance(_ cell: Int) {
    let state = state.withLock { $0 }
    state.progress?.advance(note: state.panel?.finish(cell))
  }

  func advance() { state.withLock { $0.progress }?.advance() }
  func finish() { state.withLock { $0.progress }?.finish() }
  func note(_ sentence: String) { console.note(sentence) }
  func check() throws { try Interruption.check() }
}
