import Dispatch
import Synchronization

/// A number of threads that share a list of independent tasks.
///
/// Which worker does which task is left to chance, so a task writes only what is its own; then
/// results do not depend on the number of workers.
public struct Workers: Sendable {
  /// How many tasks run at once.
  public let count: Int

  /// One worker: everything runs on the calling thread.
  public static let one = Workers(count: 1)

  /// `count` workers, at least one.
  public init(count: Int) { self.count = max(1, count) }

  /// Runs `body(task, worker)` for every task in `0..<tasks`, where `worker` in `0..<count` is
  /// distinct among the calls that run at the same time.
  public func run(_ tasks: Int, _ body: @Sendable (_ task: Int, _ worker: Int) -> Void) {
    let active = min(count, tasks)
    if active <= 1 {
      for task in 0..<tasks { body(task, 0) }
      return
    }
    if let team = WorkerTeam.shared, team.run(tasks, helpers: active - 1, body) { return }
    // The team is busy, for another caller or around this very call.
    let next = Counter()
    DispatchQueue.concurrentPerform(iterations: active) { worker in
      CPUAccount.share {
        while let task = next.take(below: tasks) { body(task, worker) }
      }
    }
  }
}

private final class Counter: Sendable {
  private let value = Atomic<Int>(0)

  func take(below limit: Int) -> Int? {
    let taken = value.wrappingAdd(1, ordering: .relaxed).oldValue
    return taken < limit ? taken : nil
  }
}
