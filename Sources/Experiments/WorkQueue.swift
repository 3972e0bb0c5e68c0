import Synchronization
import TensorKernels

/// Hands out numbers in order to workers, and ends the work behind the first number that fails.
public final class WorkQueue: Sendable {
  private struct State {
    var taken = 0
    var failure: (number: Int, error: any Error)?
  }
  /// An earlier number failed.
  private struct Stopped: Error {}

  private let count: Int
  private let state = Mutex(State())

  private init(count: Int) { self.count = count }

  /// Has workers work off the numbers below `count`.
  ///
  /// - Parameters:
  ///   - make: makes what a worker keeps from one number to the next.
  ///   - body: does one number; `check` throws once an earlier one has failed, and is to be called now
  ///     and then.
  /// - Throws: the error of the lowest number that has one, whatever the number of workers.
  public static func run<Kept>(
    _ count: Int, by workers: Workers, keeping make: @Sendable () -> Kept,
    working body:
      @Sendable (_ number: Int, _ kept: inout Kept, _ check: @escaping () throws -> Void) throws ->
      Void
  ) throws {
    let queue = WorkQueue(count: count)
    workers.run(workers.count) { _, _ in
      var kept = make()
      while let number = queue.take() {
        do {
          try body(number, &kept) { try queue.check(number) }
        } catch {
          queue.fail(error, at: number)
        }
      }
    }
    if let failure = queue.state.withLock({ $0.failure }) { throw failure.error }
  }

  /// The next number; nil when all are taken or something failed.
  private func take() -> Int? {
    state.withLock { state in
      guard state.failure == nil, state.taken < count else { return nil }
      state.taken += 1
      return state.taken - 1
    }
  }

  /// Ends work that comes after a failure; work before it goes on, because it may fail as well.
  private func check(_ number: Int) throws {
    if state.withLock({ $0.failure.map { $0.number < number } ?? false }) { throw Stopped() }
  }

  private func fail(_ error: any Error, at number: Int) {
    state.withLock { state in
      if let failure = state.failure, failure.number < number { return }
      state.failure = (number, error)
    }
  }
}

/// Puts what workers make into the order of its numbers.
public final class OrderedDelivery<Result: Sendable>: Sendable {
  private let state = Mutex((next: 0, waiting: [Int: Result]()))

  public init() {}

  /// Delivers all results, of now and before, whose turn it is. Behind one that was never put, or whose
  /// delivery failed, none is delivered.
  public func put(_ result: Result, at number: Int, _ deliver: (Result) throws -> Void) throws {
    try state.withLock { state in
      state.waiting[number] = result
      while let due = state.waiting.removeValue(forKey: state.next) {
        try deliver(due)
        state.next += 1
      }
    }
  }
}
