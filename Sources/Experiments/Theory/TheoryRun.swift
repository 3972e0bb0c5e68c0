import SandboxTasks
import Synchronization
import TensorKernels
import TestTimeCompute
import TransformerModel

/// Checks the theory on many instances, several at a time.
///
/// First the site to follow is chosen for each family, unless it is given: the one with the greatest
/// mean target mass over the rows that look facts up, on the instances of the family's shortest length.
/// Then every instance is checked there. No result depends on the number of workers, and results are
/// delivered in the order of the instances.
public struct TheoryRun: Sendable {
  /// The model.
  public let model: Transformer
  /// What is measured.
  public let settings: TheorySettings
  /// The instances, in the order of delivery.
  public let items: [ProbeItem]
  /// The site to follow in every family; nil has the best one chosen.
  public let site: RetrievalSite?
  /// How many instances are checked at a time.
  public let workers: Workers
  private let threads: Int
  /// The instances that the choice of the site needs: those of each family's shortest length.
  private let deciding: [ProbeItem]
  private let capacity: Int

  /// A run, checked before anything is computed.
  ///
  /// - Parameters:
  ///   - threads: as many instances are checked at a time, unless memory holds fewer caches.
  ///   - freeBytes: memory for caches; nil when it is not known.
  /// - Throws: `ProbeError`, `TheoryError` for a site that the model does not have or that attends by
  ///   another rule, and `MethodError` for a budget that holds no answer.
  public init(
    _ model: Transformer, settings: TheorySettings, items: [ProbeItem],
    site: RetrievalSite? = nil, threads: Int, freeBytes: Int? = nil
  ) throws {
    self.model = model
    self.settings = settings
    self.items = items
    self.site = site
    self.threads = threads
    let shape = model.configuration
    for item in items {
      try item.checkTokens(shape)
      try InstanceTheory.thinking(item.instance, settings).check(Problem(item.instance), shape)
    }
    if let site, site.layer >= shape.layers || site.head >= shape.queryHeads {
      throw TheoryError.noSuchSite(site, layers: shape.layers, heads: shape.queryHeads)
    }
    // The statements are about a softmax over all keys up to the row's own.
    let layers = site.map { $0.layer..<$0.layer + 1 } ?? 0..<shape.layers
    if let other = layers.first(where: { !(shape.plan($0).attention?.isFast ?? true) }) {
      throw TheoryError.otherRule(layer: other)
    }
    deciding = site == nil ? Self.shortest(items) : []
    capacity = items.map { InstanceTheory.capacity($0.instance, settings) }.max() ?? 1
    workers = try ProbeRun.workers(
      model, instances: items.count, capacity: capacity, threads: threads, freeBytes: freeBytes)
  }

  private static func shortest(_ items: [ProbeItem]) -> [ProbeItem] {
    let lengths = Dictionary(grouping: items, by: \.instance.family)
      .mapValues { $0.map(\.instance.context.count).min() }
    return items.filter { $0.instance.context.count == lengths[$0.instance.family] }
  }

  /// Checks everything.
  ///
  /// - Parameters:
  ///   - done: the results of the first instances, which were checked before.
  ///   - checkpoint: called before each instance and within, on any thread; what it throws ends the
  ///     run.
  ///   - deliver: called with every result in the order of `items`, never concurrently.
  /// - Throws: the error of the first instance that has one, whatever the number of workers.
  public func run(
    after done: [TheoryResult] = [], checkpoint: @escaping @Sendable () throws -> Void = {},
    deliver: @Sendable (TheoryResult) throws -> Void
  ) throws {
    let rest = Array(items.dropFirst(done.count))
    let sites = try chooseSites(rest, after: done, checkpoint)
    try work(rest, checkpoint) { theory, item, check in
      guard let site = sites[item.instance.family] else {
        preconditionFailure("every family has a site")
      }
      return try theory.measure(item, at: site, checkpoint: check)
    } deliver: {
      try deliver($0)
    }
  }

  /// The sites to follow in instances; earlier results determine those of their families.
  private func chooseSites(
    _ rest: [ProbeItem], after done: [TheoryResult],
    _ checkpoint: @escaping @Sendable () throws -> Void
  ) throws -> [TaskFamily: RetrievalSite] {
    if let site {
      return Dictionary(uniqueKeysWithValues: TaskFamily.allCases.map { ($0, site) })
    }
    var sites: [TaskFamily: RetrievalSite] = [:]
    for result in done { sites[result.item.instance.family] = result.checks.site }
    let unknown = Set(rest.map(\.instance.family)).subtracting(sites.keys)
    let candidates = Mutex<[SiteCandidate]>([])
    let deciding = deciding.filter { unknown.contains($0.instance.family) }
    try work(deciding, checkpoint) { theory, item, check in
      SiteCandidate(
        task: item.instance.family.rawValue, length: item.instance.context.count, isRotated: true,
        method: InContextMethod.name, isInContext: true, heads: model.configuration.queryHeads,
        mass: try theory.siteMasses(item, checkpoint: check))
    } deliver: { candidate in
      candidates.withLock { $0.append(candidate) }
    }
    // By the rule that probes and sweeps have.
    for (task, site) in RetrievalSite.best(of: candidates.withLock { $0 }) {
      if let family = TaskFamily(rawValue: task), sites[family] == nil { sites[family] = site }
    }
    return sites
  }

  /// Has workers take instances, and delivers what they make of them in order.
  private func work<Result: Sendable>(
    _ items: [ProbeItem], _ checkpoint: @escaping @Sendable () throws -> Void,
    _ body: @Sendable (InstanceTheory, ProbeItem, () throws -> Void) throws -> Result,
    deliver: @Sendable (Result) throws -> Void
  ) throws {
    let delivery = OrderedDelivery<Result>()
    let workersEach = Workers(count: threads / workers.count)
    try WorkQueue.run(items.count, by: workers) {
      InstanceTheory(model, settings: settings, capacity: capacity, workers: workersEach)
    } working: { index, theory, check in
      let result = try body(theory, items[index]) {
        try check()
        try checkpoint()
      }
      try delivery.put(result, at: index, deliver)
    }
  }
}

/// Why the theory cannot be checked.
public enum TheoryError: Error, Equatable, CustomStringConvertible {
  /// A layer or head beyond those of the model.
  case noSuchSite(RetrievalSite, layers: Int, heads: Int)
  /// A layer whose attention is no softmax over all keys before it.
  case otherRule(layer: Int)

  public var description: String {
    switch self {
    case .noSuchSite(let site, let layers, let heads):
      "there is no head \(site.head) in a layer \(site.layer): the model has the layers 0 to "
        + "\(layers - 1) with the heads 0 to \(heads - 1)"
    case .otherRule(let layer):
      "the statements are about a softmax over all keys, but layer \(layer) of the model attends by "
        + "another rule; follow a head of a layer that sees all keys, or name another model"
    }
  }
}
