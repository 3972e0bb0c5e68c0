import SandboxTasks
import TensorKernels
import TestTimeCompute
import TransformerModel

/// A plan with its model, ready to be worked off.
///
/// An instance is the work of one worker: its context is read once, and all methods start from there.
/// A record is a function of what its key hashes, so that neither the number of workers nor the order
/// in which they finish, nor what an earlier run did already, can change it.
public struct SweepRun: Sendable {
  public let plan: SweepPlan
  public let model: Transformer
  /// For each cell, its method with all amounts decided.
  public let methods: [ResolvedMethod]
  /// For each cell, the lengths on which costs depend.
  public let extents: [ProblemExtent]
  /// How many instances are worked on at a time.
  public let workers: Workers
  /// The closed forms of the model's costs.
  public let costs: FLOPs

  let workersEach: Workers
  /// Where instances of text come from; nil where the plan has none.
  let texts: (any SweepTextSource)?

  /// A run, checked before anything is computed.
  ///
  /// - Parameters:
  ///   - threads: as many instances are worked on at a time, unless memory holds fewer caches.
  ///   - freeBytes: memory for caches; nil when it is not known.
  ///   - texts: where instances of text come from.
  /// - Throws: `SweepError`, and what `texts` throws.
  public init(
    _ plan: SweepPlan, model: Transformer, threads: Int, freeBytes: Int? = nil,
    texts: (any SweepTextSource)? = nil
  ) throws {
    self.plan = plan
    self.texts = texts
    self.model = model
    let vocabulary = model.configuration.vocabularySize
    let needed = plan.spec.tasks.filter { $0.text == nil }.map(\.shape.family.vocabulary.count)
      .max()
    if let needed, vocabulary < needed {
      throw SweepError(
        "\(plan.spec.model) knows \(vocabulary) tokens, but the tasks use \(needed): name a model "
          + "that was trained on the sandbox vocabulary")
    }
    costs = FLOPs(model.configuration)
    var methods: [ResolvedMethod] = []
    var extents: [ProblemExtent] = []
    // Of a text, whose prompts differ by some tokens, the first instance stands for all.
    var first: (cell: SweepPlan.Cell, instance: SweepInstance)?
    for cell in plan.cells {
      var (extent, answers) = (ProblemExtent?.none, AnswerForm.sandbox)
      if cell.task.text != nil {
        let known = first.flatMap {
          $0.cell.task == cell.task && $0.cell.length == cell.length ? $0.instance : nil
        }
        let instance = try known ?? Self.instance(cell, 0, plan.spec, texts)
        first = (cell, instance)
        (extent, answers) = (instance.extent, instance.answers)
      }
      let all = extent ?? Self.extent(cell, plan.spec)
      let resolved = try Self.resolved(cell, all, answers, costs)
      if let defect = cell.method.choice.settings.defect(vocabulary: vocabulary) {
        throw SweepError("\"\(cell.method.label)\" \(defect)")
      }
      methods.append(resolved)
      extents.append(all)
    }
    self.methods = methods
    self.extents = extents
    workers = try Self.workers(
      model, capacity: zip(methods, extents).map(Self.capacity).max() ?? 1,
      precision: plan.spec.keyValuePrecision, threads: threads, items: plan.itemCount,
      freeBytes: freeBytes)
    workersEach = Workers(count: threads / workers.count)
  }

  /// A cell's method for a problem.
  static func resolved(
    _ cell: SweepPlan.Cell, _ extent: ProblemExtent, _ answers: AnswerForm, _ costs: FLOPs
  ) throws(SweepError) -> ResolvedMethod {
    let marks = cell.settings.family.answerMarker != nil && cell.task.text == nil
    guard
      let resolved = cell.method.choice.resolved(
        extent, marksAnswers: marks, costs: costs, answers: answers)
    else {
      throw .budgetTooSmall(
        method: cell.method.label, task: cell.task.label, length: cell.length)
    }
    return resolved
  }

  /// The lengths of a cell's problems, which its instances share.
  private static func extent(_ cell: SweepPlan.Cell, _ spec: SweepSpec) -> ProblemExtent {
    // Prompt and answer do not depend on the haystack, so the shortest one determines them.
    var settings = cell.settings
    settings.length = settings.leastLength
    do {
      let generator = try TaskGenerator(settings, seed: spec.seed, split: spec.split)
      return Problem(generator.instance(0)).extent(behind: cell.length)
    } catch {
      preconditionFailure("a spec's tasks have been validated: \(error)")
    }
  }

  /// Tokens that the cache has to hold.
  static func capacity(_ method: ResolvedMethod, _ extent: ProblemExtent) -> Int {
    extent.context
      + max(method.method.decoding.room(extent), DirectAnswer().room(extent))
  }

  private static func workers(
    _ model: Transformer, capacity: Int, precision: StoragePrecision, threads: Int, items: Int,
    freeBytes: Int?
  ) throws(SweepError) -> Workers {
    // Controls read a second context.
    let bytes =
      2 * KeyValueCache.bytes(model.configuration, capacity: capacity, precision: precision)
    guard let workers = Workers(upTo: threads, items: items, bytesEach: bytes, within: freeBytes)
    else {
      throw SweepError(
        "A context of \(capacity) tokens needs a cache of \(bytes >> 20) MiB, but only "
          + "\((freeBytes ?? 0) >> 20) MiB are free: choose shorter lengths")
    }
    return workers
  }

  /// What a shard has to do besides what is done: groups with the cells that are missing.
  public func pending(
    _ shard: Shard = .whole, done: Set<String> = []
  ) -> [(group: SweepPlan.Group, cells: [Int])] {
    plan.groups(shard).compactMap { group in
      if done.isEmpty { return (group, Array(group.cells)) }
      let cells = group.cells.filter {
        !done.contains(plan.key(SweepPlan.Item(cell: $0, index: group.index)))
      }
      return cells.isEmpty ? nil : (group, cells)
    }
  }
}
