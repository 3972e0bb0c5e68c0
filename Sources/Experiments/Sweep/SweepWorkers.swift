import Synchronization
import TensorKernels
import TestTimeCompute
import TransformerModel

/// The contexts of a worker, kept from group to group while they fit.
struct GroupContexts {
  /// How keys and values are stored.
  let precision: StoragePrecision
  private var main: (context: ReadContext, capacity: Int, options: PassOptions)?
  private var other: (context: ReadContext, capacity: Int, options: PassOptions)?

  init(precision: StoragePrecision) { self.precision = precision }

  mutating func context(
    _ model: Transformer, _ capacity: Int, _ workers: Workers, _ options: PassOptions
  ) -> ReadContext {
    if let main, main.capacity == capacity, main.options == options { return main.context }
    // The old cache goes before the new one comes.
    (main, other) = (nil, nil)
    let context = ReadContext(
      model, capacity: capacity, workers: workers, options: options, precision: precision)
    main = (context, capacity, options)
    return context
  }

  mutating func donor(
    _ model: Transformer, _ capacity: Int, _ workers: Workers, _ options: PassOptions
  ) -> ReadContext {
    if let other, other.capacity == capacity, other.options == options { return other.context }
    other = nil
    let context = ReadContext(
      model, capacity: capacity, workers: workers, options: options, precision: precision)
    other = (context, capacity, options)
    return context
  }
}

/// Hands out numbers in order, and lets one worker deliver at a time.
final class WorkQueue: Sendable {
  private struct State {
    var taken = 0
    var failure: (any Error)?
  }
  /// Another worker failed.
  private struct Stopped: Error {}

  private let count: Int
  private let state = Mutex(State())
  private let delivery = Mutex(())

  init(count: Int) { self.count = count }

  /// The next number; nil when all are taken or something failed.
  func take() -> Int? {
    state.withLock { state in
      guard state.failure == nil, state.taken < count else { return nil }
      state.taken += 1
      return state.taken - 1
    }
  }

  func check() throws {
    if state.withLock({ $0.failure != nil }) { throw Stopped() }
  }

  func deliver(_ body: () throws -> Void) throws {
    try delivery.withLock { _ in
      try check()
      try body()
    }
  }

  func fail(_ error: any Error) {
    state.withLock { $0.failure = $0.failure ?? error }
  }

  func finish() throws {
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }
}
