import Instrumentation
import SandboxTasks
import TestTimeCompute
import TransformerModel

/// Collects what every site gives to the facts of an instance while its answer is read.
final class SiteCollector {
  private let instance: TaskInstance
  private let pass: AnswerPass
  private let heads: Int
  private let names: [String]
  private let instruments: [any Instrument.Type]
  private var sums: [SiteSums]
  /// Whether all scores were finite.
  private(set) var isFinite = true

  /// - Parameter names: the instruments that are read beside the standard ones.
  init(_ instance: TaskInstance, _ configuration: ModelConfiguration, instruments names: [String]) {
    self.instance = instance
    self.names = names
    instruments = Instruments.read(names)
    pass = AnswerPass(instance)
    heads = configuration.queryHeads
    sums = [SiteSums](
      repeating: SiteSums(instruments: instruments.count),
      count: configuration.layers * configuration.queryHeads)
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
    let observed = ObservedFact(
      row, span: RangeSet(facts.map(\.span)), value: RangeSet(facts.map(\.value)),
      slacks: AnswerMeasurement.slacks)
    sums[site.layer * heads + site.head].add(
      instruments.map { $0.value(of: observed) }, opensValue: pass.opensValue[token])
  }

  /// The means; nil where a score was not finite, or where no fact holds the answer.
  var table: SiteTable? {
    guard isFinite, sums.allSatisfy({ $0.openings > 0 }) else { return nil }
    let columns = SiteColumn.read(names)
    let means = sums.map { $0.means(columns, instruments) }
    return SiteTable(
      layers: sums.count / heads, heads: heads,
      columns.indices.map { place in (columns[place], means.map { Float($0[place]) }) })
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
