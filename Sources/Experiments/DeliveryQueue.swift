import Synchronization

/// Hands out numbers in order, and puts what comes back into the same order.
final class DeliveryQueue<Result: Sendable>: Sendable {
  private struct State {
    var taken = 0
    var delivered = 0
    var waiting: [Int: Result] = [:]
    var failure: (index: Int, error: any Error)?
  }
  /// An earlier item failed.
  private struct Stopped: Error {}

  private let count: Int
  private let state = Mutex(State())

  init(count: Int) { self.count = count }

  /// The next number; nil when all are taken or something failed.
  func take() -> Int? {
    state.withLock { state in
      guard state.failure == nil, state.taken < count else { return nil }
      state.taken += 1
      return state.taken - 1
    }
  }

  /// Ends work that comes after a failure; work before it goes on, because it may fail as well.
  func check(_ index: Int) throws {
    if state.withLock({ $0.failure.map { $0.index < index } ?? false }) { throw Stopped() }
  }

  func put(
    _ result: Result, at index: Int, _ deliver: (Result) throws -> Void
  ) throws {
    try state.withLock { state in
      state.waiting[index] = result
      while state.failure == nil, let next = state.waiting.removeValue(forKey: state.delivered) {
        try deliver(next)
        state.delivered += 1
      }
    }
  }

  func fail(_ error: any Error, at index: Int) {
    state.withLock { state in
      if let failure = state.failure, failure.index < index { return }
      state.failure = (index, error)
    }
  }

  func finish() throws {
    if let failure = state.withLock({ $0.failure }) { throw failure.error }
  }
}
