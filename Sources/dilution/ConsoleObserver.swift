import Runs
import Synchronization

/// Shows how a run goes on, and says where it goes on from when a signal ends it.
final class ConsoleObserver: RunObserver {
  private struct State {
    var progress: ProgressReporter?
    var records: String?
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
      throw Interruption.told(stop, records: state.records, state.progress, console)
    }
  }

  func begin(total: Int, done: Int, records: String) {
    let progress = console.progress(label, unit: unit, total: total, alreadyDone: done)
    state.withLock { $0 = State(progress: progress, records: records) }
  }

  func advance() { state.withLock { $0.progress }?.advance() }
  func finish() { state.withLock { $0.progress }?.finish() }
  func note(_ sentence: String) { console.note(sentence) }
  func check() throws { try Interruption.check() }
}
