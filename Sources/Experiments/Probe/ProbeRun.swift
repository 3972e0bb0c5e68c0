import SandboxTasks
import TensorKernels
import TransformerModel

/// Probes many instances, several at a time.
///
/// Each worker has one session, and an instance is the work of one of them, so that results do not
/// depend on their number; they are delivered in the order of the instances.
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
  public let workersEach: Workers

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
    for item in items { try item.checkTokens(model.configuration) }
    workers = try Self.workers(
      model, instances: items.count, capacity: Self.capacity(items),
      precision: settings.keyValuePrecision, threads: threads, freeBytes: freeBytes)
    workersEach = Workers(count: threads / workers.count)
  }

  /// Tokens of the longest context with its prompt and answer.
  static func capacity(_ items: [ProbeItem]) -> Int {
    items.reduce(1) { largest, item in
      max(largest, item.instance.context.count + AnswerPass(item.instance).tokens.count)
    }
  }

  /// As many workers as there are threads and instances, but no more than memory holds caches for.
  ///
  /// - Parameters:
  ///   - capacity: the tokens of a worker's cache.
  ///   - precision: how it stores them.
  /// - Throws: `ProbeError.tooLong` where it holds none.
  static func workers(
    _ model: Transformer, instances: Int, capacity: Int, precision: StoragePrecision = .float32,
    threads: Int, freeBytes: Int?
  ) throws(ProbeError) -> Workers {
    let bytes = KeyValueCache.bytes(
      model.configuration, capacity: capacity, precision: precision)
    guard
      let workers = Workers(upTo: threads, items: instances, bytesEach: bytes, within: freeBytes)
    else { throw .tooLong(tokens: capacity, neededBytes: bytes, freeBytes: freeBytes ?? 0) }
    return workers
  }

  /// Probes everything.
  ///
  /// - Parameters:
  ///   - done: how many of the first instances are left out, because they were probed before.
  ///   - checkpoint: called before each instance and between steps, on any thread; what it throws
  ///     ends the run.
  ///   - deliver: called with every result in the order of `items`, never concurrently; what it
  ///     throws ends the run.
  /// - Throws: the error of the first instance that has one, whatever the number of workers.
  public func run(
    after done: Int = 0, checkpoint: @Sendable () throws -> Void = {},
    deliver: @Sendable (ProbeResult) throws -> Void
  ) throws {
    let delivery = OrderedDelivery<ProbeResult>()
    let capacity = Self.capacity(items)
    try WorkQueue.run(items.count - done, by: workers) {
      InstanceProbe(model, settings: settings, capacity: capacity, workers: workersEach)
    } working: { index, probe, check in
      let result = try probe.measure(items[done + index]) {
        try check()
        try checkpoint()
      }
      try delivery.put(result, at: index, deliver)
    }
  }
}

extension Workers {
  /// As many workers as there are threads and items, but no more than memory has space for; nil where it
  /// has none for one.
  ///
  /// - Parameters:
  ///   - bytes: what a worker needs.
  ///   - free: nil where that is not known.
  init?(upTo threads: Int, items: Int, bytesEach bytes: Int, within free: Int?) {
    let wanted = max(1, min(threads, items))
    let most = free.map { $0 / max(bytes, 1) } ?? wanted
    guard most >= 1 else { return nil }
    self.init(count: min(wanted, most))
  }
}

extension ProbeItem {
  /// Throws `ProbeError` where the instance holds a token that a model does not have.
  func checkTokens(_ configuration: ModelConfiguration) throws(ProbeError) {
    let size = configuration.vocabularySize
    let known = 0..<Int32(clamping: size)
    let tokens = [instance.context, instance.directPrompt, instance.answer]
    if let unknown = tokens.joined().first(where: { !known.contains($0) }) {
      throw ProbeError(
        self,
        " holds the token \(unknown), but the model knows only the tokens 0 to \(size - 1); generate "
          + "tasks for its vocabulary, or name another --model")
    }
  }
}
