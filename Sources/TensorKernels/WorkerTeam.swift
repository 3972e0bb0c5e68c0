import Foundation
import Synchronization

/// Threads that wait for the next job on their feet before they lie down.
///
/// Decoding a token is a few dozen microseconds of work between points where all threads meet, and
/// waking a sleeping thread takes as long, on a virtual machine longer. So a helper looks out for the
/// next job for a moment after the last one, and only then sleeps. There is one job at a time; who
/// finds the team taken goes elsewhere. The caller works as well, and waits for those alone who have
/// begun: a helper that the system does not let run holds nobody up.
final class WorkerTeam: Sendable {
  /// One helper fewer than there are processors; nil where there is but one.
  static let shared: WorkerTeam? = {
    let helpers = ProcessInfo.processInfo.activeProcessorCount - 1
    return helpers > 0 ? WorkerTeam(helpers: helpers) : nil
  }()

  /// What is to be done; it lives as long as the call that brought it.
  private struct Job {
    let tasks: Int
    let body: @Sendable (_ task: Int, _ worker: Int) -> Void
  }

  private let isTaken = Atomic(false)
  /// Written by the caller while nobody may join, read by those who have joined.
  private nonisolated(unsafe) var job: Job?
  /// From the lowest bit: whether the job is open; whether the caller sleeps; how many helpers have
  /// joined, and how many may, 15 bits each; the number of the job.
  private let state = Atomic<UInt64>(0)
  private let nextTask = Atomic<Int>(0)
  /// How many of those who joined have finished.
  private let finished = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let alarm = DispatchSemaphore(value: 0)
  private let lastOneOut = DispatchSemaphore(value: 0)

  private static let open: UInt64 = 1
  private static let callerSleeps: UInt64 = 2
  private static let oneJoined: UInt64 = 4
  private static let most = 0x7FFF
  /// How often to look between glances at the clock, and how many nanoseconds to look out for.
  private static let looks = 100
  private static let patience: UInt64 = 150_000

  private static func joined(_ state: UInt64) -> Int { Int(state >> 2) & most }
  private static func limit(_ state: UInt64) -> Int { Int(state >> 17) & most }
  private static func number(_ state: UInt64) -> UInt64 { state >> 32 }

  private init(helpers: Int) {
    for _ in 0..<min(helpers, Self.most) {
      let thread = Thread { self.help() }
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  /// Runs all tasks on the caller, which is worker 0, and on up to `helpers` others.
  ///
  /// - Returns: false, with nothing done, where the team has a job already.
  func run(
    _ tasks: Int, helpers: Int, _ body: @Sendable (_ task: Int, _ worker: Int) -> Void
  ) -> Bool {
    guard
      isTaken.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing)
        .exchanged
    else { return false }
    withoutActuallyEscaping(body) { body in
      job = Job(tasks: tasks, body: body)
      nextTask.store(0, ordering: .relaxed)
      finished.store(0, ordering: .relaxed)
      let number = (Self.number(state.load(ordering: .relaxed)) + 1) & 0xFFFF_FFFF
      let limit = UInt64(min(helpers, Self.most))
      state.store(number << 32 | limit << 17 | Self.open, ordering: .sequentiallyConsistent)
      let asleep = sleepers.load(ordering: .sequentiallyConsistent)
      for _ in 0..<min(asleep, helpers) { alarm.signal() }
      CPUAccount.share {
        while let task = takeTask(below: tasks) { body(task, 0) }
        waitForHelpers()
      }
      job = nil
    }
    isTaken.store(false, ordering: .releasing)
    return true
  }

  private func takeTask(below limit: Int) -> Int? {
    let task = nextTask.wrappingAdd(1, ordering: .relaxed).oldValue
    return task < limit ? task : nil
  }

  /// Closes the job and returns when all who joined are done.
  private func waitForHelpers() {
    let closed = state.bitwiseAnd(~Self.open, ordering: .acquiringAndReleasing).newValue
    let joined = Self.joined(closed)
    let start = monotonicNanoseconds()
    repeat {
      for _ in 0..<Self.looks where areFinished(joined) { return }
      sched_yield()
    } while monotonicNanoseconds() - start < Self.patience
    state.bitwiseOr(Self.callerSleeps, ordering: .sequentiallyConsistent)
    // A signal may be left over from an earlier job.
    while !areFinished(joined) { lastOneOut.wait() }
  }

  private func areFinished(_ count: Int) -> Bool {
    finished.load(ordering: .sequentiallyConsistent) == count
  }

  /// The life of a helper.
  private func help() {
    var last: UInt64 = 0
    while true {
      let seen = nextState(after: last)
      last = Self.number(seen)
      if let worker = join(seen) { work(worker: worker) }
    }
  }

  /// Waits for an open job of another number than `last`.
  private func nextState(after last: UInt64) -> UInt64 {
    while true {
      let start = monotonicNanoseconds()
      repeat {
        for _ in 0..<Self.looks {
          let seen = state.load(ordering: .acquiring)
          if Self.isOpen(seen, after: last) { return seen }
        }
        // Whoever else wants the processor may have it.
        sched_yield()
      } while monotonicNanoseconds() - start < Self.patience
      sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
      // A caller who did not count this sleeper has opened its job before.
      let seen = state.load(ordering: .sequentiallyConsistent)
      if !Self.isOpen(seen, after: last) { alarm.wait() }
      sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    }
  }

  private static func isOpen(_ state: UInt64, after last: UInt64) -> Bool {
    state & open != 0 && number(state) != last
  }

  /// Joins the job that `seen` describes; nil where it is full or over.
  private func join(_ seen: UInt64) -> Int? {
    var expected = seen
    while Self.number(expected) == Self.number(seen), expected & Self.open != 0,
      Self.joined(expected) < Self.limit(expected)
    {
      let (isDone, found) = state.compareExchange(
        expected: expected, desired: expected + Self.oneJoined, ordering: .acquiringAndReleasing)
      if isDone { return Self.joined(expected) + 1 }
      expected = found
    }
    return nil
  }

  private func work(worker: Int) {
    if let job {
      CPUAccount.share {
        while let task = takeTask(below: job.tasks) { job.body(task, worker) }
      }
    }
    let finished = finished.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
    let state = state.load(ordering: .sequentiallyConsistent)
    if state & Self.callerSleeps != 0 && Self.joined(state) == finished { lastOneOut.signal() }
  }
}

private func monotonicNanoseconds() -> UInt64 { DispatchTime.now().uptimeNanoseconds }
