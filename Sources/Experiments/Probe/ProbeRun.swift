import SandboxTasks
import Synchronization
import TensorKernels
import TransformerModel

/// Probes many instances, several at a time.
///
/// Each worker has one session, and an instance is one worker's affair, so that results do not depend
/// on their number; they are delivered in the order of the instances.
public struct ProbeRun: Sendable {
  /// The model.
  public let model: Transformer
  /// How instances are probed.
  public let settings: ProbeSettings
  /// What is probed, in the order of delivery.
  public let items: [ProbeItem]
  /// How many instances are probed at a time.
  public let workers: Workers
  /// How many threads each of them has.
  private let workersEach: Workers

  /// A run, checked before anything is computed.
  ///
  /// - Parameters:
  ///   - threads: as many instances are probed at a time, unless memory holds fewer caches.
  ///   - freeBytes: memory for caches; nil when it is not known.
  /// - Throws: `ProbeError`.
  public init(
    _ model: Transformer, settings: ProbeSettings, items: [ProbeItem], threads: Int,
    freeBytes: Int? = nil
  ) throws(ProbeError) {
    self.model = model
    self.settings = settings
    self.items = items
    let vocabularySize = model.configuration.vocabularySize
    for item in items {
      let tokens = [item.instance.context, item.instance.directPrompt, item.instance.answer]
      let known = 0..<Int32(clamping: vocabularySize)
      if let stranger = tokens.joined().first(where: { !known.contains($0) }) {
        throw .unknownToken(item, token: stranger, vocabularySize: vocabularySize)
      }
    }
    workers = try Self.workers(model, items, threads: threads, freeBytes: freeBytes)
    workersEach = Workers(count: threads / workers.count)
  }

  /// Tokens of the longest context with its prompt and answer.
  private static func capacity(_ items: [ProbeItem]) -> Int {
    items.reduce(1) { largest, item in
      max(largest, item.instance.context.count + AnswerPass(item.instance).tokens.count)
    }
  }

  private static func workers(
    _ model: Transformer, _ items: [ProbeItem], threads: Int, freeBytes: Int?
  ) throws(ProbeError) -> Workers {
    let wanted = max(1, min(threads, items.count))
    guard let freeBytes else { return Workers(count: wanted) }
    let capacity = capacity(items)
    let bytes = KeyValueCache.bytes(model.configuration, capacity: capacity)
    guard bytes <= freeBytes else {
      throw .tooLong(tokens: capacity, neededBytes: bytes, freeBytes: freeBytes)
    }
    return Workers(count: min(wanted, freeBytes / max(bytes, 1)))
  }

  /// Probes everything.
  ///
  /// - Parameters:
  ///   - checkpoint: called before each instance and between steps, on any thread; what it throws
  ///     ends the run.
  ///   - deliver: called with every result in the order of `items`, never concurrently; what it
  ///     throws ends the run.
  /// - Throws: the error of the first instance that has one, whatever the number of workers.
  public func run(
    checkpoint: @Sendable () throws -> Void = {},
    deliver: @Sendable (ProbeResult) throws -> Void
  ) throws {
    let queue = DeliveryQueue(count: items.count)
    let capacity = Self.capacity(items)
    workers.run(workers.count) { _, _ in
      var probe: InstanceProbe?
      while let index = queue.take() {
        do {
          let current =
            probe
            ?? InstanceProbe(model, settings: settings, capacity: capacity, workers: workersEach)
          probe = current
          let result = try current.measure(items[index]) {
            try queue.check(index)
            try checkpoint()
          }
          try queue.put(result, at: index, deliver)
        } catch {
          queue.fail(error, at: index)
        }
      }
    }
    try queue.finish()
  }
}

/// Hands out numbers in order, and puts what comes back into the same order.
private final class DeliveryQueue: Sendable {
  private struct State {
    var taken = 0
    var delivered = 0
    var waiting: [Int: ProbeResult] = [:]
    var failure: (index: Int, error: any Error)?
  }
  /// An earlier instance failed.
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
    _ result: ProbeResult, at index: Int, _ deliver: (ProbeResult) throws -> Void
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
