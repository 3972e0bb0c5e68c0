import Instrumentation
import SandboxTasks
import TestTimeCompute
import TransformerModel

/// Collects what every site gives to the facts of an instance while its answer is read.
final class SiteCollector {
  private struct Sums {
    var count = 0.0
    var mass = 0.0
    var valueMass = 0.0
    var margin = 0.0
    var gap = 0.0
    var bound = 0.0
    var allCount = 0.0
    var allMass = 0.0
    var allMargin = 0.0
  }

  private let instance: TaskInstance
  private let pass: AnswerPass
  private let heads: Int
  private var sums: [Sums]
  private var isFinite = true

  init(_ instance: TaskInstance, _ configuration: ModelConfiguration) {
    self.instance = instance
    pass = AnswerPass(instance)
    heads = configuration.queryHeads
    sums = [Sums](
      repeating: Sums(), count: configuration.layers * configuration.queryHeads)
  }

  /// Watches the rows that predict the final answer.
  var observer: MethodObserver {
    MethodObserver { step, site, attention in self.visit(step, site, attention) }
  }

  private func visit(_ step: WatchedStep, _ site: AttentionSite, _ seen: ObservedAttention) {
    guard case .answer(_, let token) = step, instance.answerIsValue[token] else { return }
    guard let row = AttentionRow(seen) else {
      isFinite = false
      return
    }
    let facts = pass.held[token]
    guard !facts.isEmpty else { return }
    let reading = row.reading(
      of: RangeSet(facts.map(\.span)), slacks: AnswerMeasurement.slacks)
    let index = site.layer * heads + site.head
    sums[index].allCount += 1
    sums[index].allMass += reading.mass
    sums[index].allMargin += reading.margin
    guard pass.opensValue[token] else { return }
    sums[index].count += 1
    sums[index].mass += reading.mass
    sums[index].valueMass += row.mass(on: RangeSet(facts.map(\.value)))
    sums[index].margin += reading.margin
    sums[index].gap += reading.gap
    sums[index].bound += reading.leastBound
  }

  /// The means; nil where a score was not finite or no answer was read.
  var table: SiteTable? {
    guard isFinite, sums.allSatisfy({ $0.count > 0 }) else { return nil }
    func means(
      _ sum: KeyPath<Sums, Double>, over count: KeyPath<Sums, Double> = \.count
    ) -> [Float] {
      sums.map { Float($0[keyPath: sum] / $0[keyPath: count]) }
    }
    return SiteTable(
      layers: sums.count / heads, heads: heads,
      mass: means(\.mass), valueMass: means(\.valueMass), margin: means(\.margin),
      gap: means(\.gap), bound: means(\.bound),
      all: SiteTable.ValueTokens(
        mass: means(\.allMass, over: \.allCount), margin: means(\.allMargin, over: \.allCount)))
  }
}

extension Problem {
  /// What an instance asks, and how its family writes traces.
  init(_ instance: TaskInstance) {
    let family = instance.family
    let form = TraceForm(
      answerMarker: family.answerMarker,
      bridge: family.traceMarker.map { [$0] } ?? instance.question)
    self.init(
      directPrompt: instance.directPrompt, thinkingPrompt: instance.thinkingPrompt,
      answer: instance.answer, trace: form, gold: instance.gold.map(\.span))
  }
}
