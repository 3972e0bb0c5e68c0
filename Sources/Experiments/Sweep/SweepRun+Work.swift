import Randomness
import SandboxTasks
import Synchronization
import TensorKernels
import TestTimeCompute
import TransformerModel

extension SweepRun {
  /// Works off groups.
  ///
  /// - Parameters:
  ///   - checkpoint: called between methods, on any thread; what it throws ends the run.
  ///   - deliver: called with every record, never concurrently; what it throws ends the run.
  /// - Throws: the error of the first group that has one.
  public func run(
    _ pending: [(group: SweepPlan.Group, cells: [Int])],
    checkpoint: @Sendable () throws -> Void = {},
    deliver: @Sendable (_ cell: Int, _ record: SweepRecord) throws -> Void
  ) throws {
    let delivery = Mutex(())
    try WorkQueue.run(pending.count, by: workers) {
      GroupContexts(precision: plan.spec.keyValuePrecision)
    } working: { number, contexts, check in
      try run(
        pending[number].group, pending[number].cells, &contexts,
        checkpoint: {
          try check()
          try checkpoint()
        },
        deliver: { cell, record in
          try delivery.withLock { _ in try deliver(cell, record) }
        })
    }
  }

  private func run(
    _ group: SweepPlan.Group, _ cells: [Int], _ contexts: inout GroupContexts,
    checkpoint: () throws -> Void, deliver: (Int, SweepRecord) throws -> Void
  ) throws {
    try checkpoint()
    let first = plan.cells[group.cells.lowerBound]
    let options = PassOptions(rotary: first.rotary)
    let made = try Self.instance(first, group.index, plan.spec, texts)
    let instance = made.instance
    let stream = stream(instance)
    var problem = made.problem
    problem.heldOut = Self.heldOut(stream, length: instance.context.count)
    let methods = try ownMethods(group, made)
    var capacity = methods.map { Self.capacity($0, made.extent) }.max() ?? 1
    // Texts of one length differ by some tokens, and caches are kept while they fit.
    if first.task.text != nil { capacity = (capacity + 63) / 64 * 64 }
    let context = contexts.context(model, capacity, workersEach, options)
    context.read(instance.context)
    var donor: ReadContext?
    for cell in cells {
      try checkpoint()
      if donor == nil, plan.cells[cell].method.choice.settings.needsDonor {
        // Self-guided spans let the donor read the question too, so it needs the same room.
        let other = contexts.donor(model, capacity, workersEach, options)
        other.read(
          try Self.instance(first, group.index + 1, plan.spec, texts).instance.context)
        donor = other
      }
      let collector = SiteCollector(
        instance, model.configuration, instruments: plan.spec.instruments)
      let method = methods[cell - group.cells.lowerBound]
      let outcome = try method.method.run(
        problem, in: context, stream: stream, donor: donor,
        observer: collector.observer)
      let divergence =
        outcome.divergence
        ?? (!collector.isFinite ? Divergence(place: "the attention of the answer") : nil)
      if let place = divergence.flatMap({ method.method.placeInModel($0, in: context) }) {
        let which = plan.cells[cell]
        throw SweepError(
          "\(which.task.label) at T=\(which.length), instance \(instance.index), "
            + "\"\(which.method.label)\": the model's own scores are not finite, first in \(place), "
            + "so that nothing can be measured")
      }
      let record = record(cell, made, method, outcome, divergence, collector.table)
      try record.checkBudget()
      try deliver(cell, record)
    }
  }

  /// The methods of a group's cells; of a text they depend on how many tokens its prompts have.
  private func ownMethods(
    _ group: SweepPlan.Group, _ made: SweepInstance
  ) throws(SweepError) -> [ResolvedMethod] {
    var own: [ResolvedMethod] = []
    for number in group.cells {
      let cell = plan.cells[number]
      guard cell.task.text != nil else {
        own.append(methods[number])
        continue
      }
      own.append(try Self.resolved(cell, made.extent, made.answers, costs))
    }
    return own
  }

  /// The span whose loss is read before and after adaptation: the same for all methods of an instance,
  /// so that they compare; nil for a context that predicts nothing.
  private static func heldOut(_ stream: RandomStream, length: Int) -> Range<Int>? {
    guard length >= 2 else { return nil }
    let count = min(64, length - 1)
    var stream = stream.child("held-out")
    let start = stream.below(length - count)
    return start..<start + count
  }

  /// Everything random of an instance's methods. They share it, so that what they share by nature,
  /// such as the spans of a first step, does not differ by chance.
  private func stream(_ instance: TaskInstance) -> RandomStream {
    RandomStream(seed: plan.spec.seed, label: "sweep").child(instance.family.rawValue)
      .child(instance.split.rawValue).child(instance.index)
  }

  private func record(
    _ cell: Int, _ made: SweepInstance, _ method: ResolvedMethod, _ outcome: MethodOutcome,
    _ divergence: Divergence?, _ sites: SiteTable?
  ) -> SweepRecord {
    let instance = made.instance
    let isRight = made.isRight.map { $0(outcome.answer) }
    let hasDiverged = divergence != nil
    return SweepRecord(
      key: plan.key(SweepPlan.Item(cell: cell, index: instance.index)),
      identity: plan.identity(SweepPlan.Item(cell: cell, index: instance.index)),
      steps: method.steps, stepsMade: method.steps == nil ? nil : outcome.steps.count,
      tokensEach: method.tokensEach,
      budgetFLOPs: method.budget.map { Int(clamping: $0) }, hasDiverged: hasDiverged,
      divergedAt: divergence?.description,
      isCorrect: !hasDiverged && (isRight ?? outcome.isCorrect),
      isMajorityCorrect: method.method.decoding is any ThinkingDecoding && !hasDiverged
        ? isRight ?? outcome.isMajorityCorrect : nil,
      answerProbability: hasDiverged ? 0 : min(outcome.probability, 1),
      valueProbability: hasDiverged ? 0 : min(valueProbability(instance, outcome), 1),
      openingProbability: hasDiverged ? 0 : min(openingProbability(instance, outcome), 1),
      generatedTokens: outcome.generatedTokens, spentFLOPs: Int(clamping: outcome.spentFLOPs),
      predictedFLOPs: Int(clamping: outcome.predictedFLOPs),
      prefillFLOPs: Int(clamping: outcome.prefillFLOPs),
      heldOut: outcome.heldOut, sites: hasDiverged ? nil : sites,
      seconds: outcome.seconds)
  }

  /// Where there are several traces and words besides the values, the product of the means.
  private func valueProbability(_ instance: TaskInstance, _ outcome: MethodOutcome) -> Double {
    if instance.answerIsValue.allSatisfy({ $0 }) { return outcome.probability }
    return outcome.answerProbabilities.product(where: instance.answerIsValue)
  }

  /// Where there are several traces, the product of the means.
  private func openingProbability(_ instance: TaskInstance, _ outcome: MethodOutcome) -> Double {
    outcome.answerProbabilities.product(where: AnswerPass(instance).opensValue)
  }
}

extension SweepPlan {
  /// Which record of the grid an item is.
  public func identity(_ item: Item) -> SweepRecord.Identity {
    let cell = cells[item.cell]
    return SweepRecord.Identity(
      taskLabel: cell.task.label, task: cell.settings.family, length: cell.length,
      rotary: cell.rotary, methodLabel: cell.method.label, method: cell.method.choice.name,
      index: item.index)
  }
}
