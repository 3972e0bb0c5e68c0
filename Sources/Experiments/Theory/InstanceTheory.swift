import Instrumentation
import Randomness
import SandboxTasks
import TensorKernels
import TestTimeCompute
import TransformerModel

/// Checks instances one after the other with one context at a time.
final class InstanceTheory {
  private let context: ReadContext
  private let settings: TheorySettings

  /// Checks of contexts that need at most `capacity` tokens with what follows them.
  init(_ model: Transformer, settings: TheorySettings, capacity: Int, workers: Workers) {
    self.settings = settings
    context = ReadContext(model, capacity: capacity, workers: workers, options: settings.options)
  }

  /// How an instance is thought about: greedily, as long as the settings or the right trace say.
  static func thinking(_ instance: TaskInstance, _ settings: TheorySettings) -> Thinking {
    Thinking(tokens: settings.thinkingTokens ?? instance.trace.count, end: .budget)
  }

  /// The tokens that an instance needs a cache for.
  static func capacity(_ instance: TaskInstance, _ settings: TheorySettings) -> Int {
    let problem = Problem(instance)
    let method = Method(decoding: thinking(instance, settings))
    // The trace is read again with its last token, which the method itself need not read.
    return instance.context.count + 1
      + max(
        method.room(problem.extent(behind: instance.context.count)),
        RetrievalPass(instance).tokens.count)
  }

  /// Target mass of every site, layer by layer, averaged over the rows that look facts up: what a site
  /// is chosen by.
  ///
  /// - Throws: `ProbeError` where a score is not finite, and what `checkpoint` throws.
  func siteMasses(_ item: ProbeItem, checkpoint: () throws -> Void) throws -> [Double] {
    try checkpoint()
    context.read(item.instance.context)
    let session = context.session
    defer { session.rewind(to: context.length) }
    let pass = RetrievalPass(item.instance)
    let recorder = TargetMassRecorder(rows: pass.watched)
    session.append(pass.tokens, logits: .none, observing: recorder.observation)
    if let site = recorder.firstNonFiniteSite { throw overflow(item, site.layer) }
    let heads = session.model.configuration.queryHeads
    var masses = [Double](repeating: 0, count: session.model.configuration.layers * heads)
    for record in recorder.records {
      masses[record.layer * heads + record.head] += record.reading.mass / Double(pass.rows.count)
    }
    return masses
  }

  /// Reads the context of an instance once, and checks every statement behind it at one site.
  ///
  /// - Throws: `ProbeError` where a number is not finite, `MethodError` for a budget that
  ///   holds no answer, and what `checkpoint` throws.
  func measure(
    _ item: ProbeItem, at site: RetrievalSite, checkpoint: () throws -> Void
  ) throws -> TheoryResult {
    try checkpoint()
    context.read(item.instance.context)
    let (targets, gradients) = try retrieval(item, site)
    try checkpoint()
    let signals = try trace(item, site)
    return TheoryResult(
      item: item,
      checks: TheoryChecks(site: site, targets: targets, gradients: gradients, signals: signals))
  }

  /// Lemmas 2.2, 2.3 and 3.2 and Proposition 3.1, on the rows that look facts up.
  private func retrieval(
    _ item: ProbeItem, _ site: RetrievalSite
  ) throws -> ([TargetCheck], [GradientCheck]) {
    let pass = RetrievalPass(item.instance)
    let session = context.session
    let seen = read(pass.tokens, rows: pass.rows.map(\.row), site)
    defer { session.rewind(to: context.length) }
    var targets: [TargetCheck] = []
    var gradients: [GradientCheck] = []
    for (place, row) in zip(pass.rows, seen) {
      guard let attention = row.attention else { throw overflow(item, site.layer) }
      let check = TargetCheck(place, attention, settings)
      let keys = session.cache.keys(
        layer: site.layer, queryHead: site.head, 0..<attention.count)
      targets.append(check)
      gradients.append(
        GradientCheck(
          query: row.vectors.query, keys: keys, check, learningRates: settings.learningRates))
    }
    return (targets, gradients)
  }

  /// Proposition 2.4, on a trace that the model thinks.
  ///
  /// The trace is generated token by token and then read again in one pass, which computes the same
  /// rows, so that generating needs no watching.
  private func trace(_ item: ProbeItem, _ site: RetrievalSite) throws -> [SignalCheck] {
    let instance = item.instance
    let problem = Problem(instance)
    let method = Method(decoding: Self.thinking(instance, settings))
    // Greedy decoding draws nothing.
    let outcome = try method.run(
      problem, in: context, stream: RandomStream(seed: 0, label: "theory"))
    guard !outcome.hasDiverged, let trace = outcome.traces.first else {
      throw overflow(item, outcome.divergence?.place)
    }
    let session = context.session
    let prompt = problem.thinkingPrompt
    let seen = read(
      prompt + trace, rows: trace.indices.map { prompt.count + $0 }, site)
    defer { session.rewind(to: context.length) }
    let facts = instance.gold.compactMap { fact in
      FactSignal(
        fact, contextLength: context.length,
        values: session.cache.values(
          layer: site.layer, queryHead: site.head, 0..<session.length),
        width: session.model.configuration.headWidth)
    }
    var checks: [SignalCheck] = []
    for (number, row) in seen.enumerated() {
      guard let attention = row.attention else { throw overflow(item, site.layer) }
      checks += facts.map {
        $0.check(number: number, token: trace[number], attention, output: row.vectors.output)
      }
    }
    return checks
  }

  private func overflow(_ item: ProbeItem, _ place: String?) -> ProbeError {
    .overflow(item, place, in: context.session)
  }

  private func overflow(_ item: ProbeItem, _ layer: Int) -> ProbeError {
    overflow(item, "the attention scores of layer \(layer)")
  }

  /// What the site shows on rows of a pass behind the context.
  private func read(
    _ tokens: [Int32], rows: [Int], _ site: RetrievalSite
  ) -> [(attention: AttentionRow?, vectors: HeadVectors)] {
    var attention: [AttentionRow?] = []
    var vectors: [HeadVectors] = []
    func isWatched(_ seen: AttentionSite) -> Bool {
      (seen.layer, seen.head) == (site.layer, site.head)
    }
    context.session.append(
      tokens, logits: .none,
      observing: AttentionObservation(
        rows: rows,
        visit: { site, seen in
          if isWatched(site) { attention.append(AttentionRow(seen)) }
        },
        visitVectors: { seen, found in if isWatched(seen) { vectors.append(found) } }))
    return Array(zip(attention, vectors))
  }
}

/// A fact as the needle of Proposition 2.4: its value tokens are J*, and u is the direction along
/// which their value vectors stand out from the rest of the context.
private struct FactSignal {
  let fact: GoldFact
  let direction: NeedleDirection
  /// `⟨u, v_j⟩` of everything read.
  let projections: [Double]
  /// The mean of those of the rest of the context.
  let distractorMean: Double

  /// Nil where the value vectors do not stand out at all, so that there is no direction.
  init?(_ fact: GoldFact, contextLength: Int, values: [Float], width: Int) {
    let targets = RangeSet(fact.value)
    guard
      let direction = NeedleDirection(
        values: Array(values[..<(contextLength * width)]), width: width, targets: targets)
    else { return nil }
    self.fact = fact
    self.direction = direction
    projections = direction.projections(of: values)
    let rest = RangeSet(0..<contextLength).subtracting(targets)
    let needle = Statistics.mean(fact.value.map { [projections] in projections[$0] })
    distractorMean = Statistics.mean(rest.ranges.joined().map { [projections] in projections[$0] })
    // Signals are given in units of this difference, which rounding may leave nothing of.
    guard needle > distractorMean else { return nil }
  }

  /// The check of one row, which sees what stands before it and itself.
  func check(
    number: Int, token: Int32, _ row: AttentionRow, output: [Float]
  ) -> SignalCheck {
    let targets = RangeSet(fact.value)
    let seen = Array(projections[..<row.count])
    let signal = NeedleSignal(attention: row.attention, projections: seen, targets: targets)
    let rest = RangeSet(seen.indices).subtracting(targets).ranges.joined()
    return SignalCheck(
      number: number, token: token, position: row.count - 1, hop: fact.hop,
      factMass: row.mass(on: RangeSet(fact.span)), mass: row.mass(on: targets),
      output: direction.projection(of: output), bound: signal.bound,
      needle: Statistics.mean(fact.value.map { seen[$0] }), distractorMean: distractorMean,
      distractorMaximum: rest.reduce(-.infinity) { max($0, seen[$1]) })
  }
}
