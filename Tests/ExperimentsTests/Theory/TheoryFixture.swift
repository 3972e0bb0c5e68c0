import Experiments
import Foundation
import SandboxTasks
import Synchronization
import TransformerModel

/// A head whose weights are set by hand, in a model of one layer, and an instance for it.
///
/// Token `a < n` is written on axis `a`, its asker `n + a` on axis `n + a`. The query of an asker is
/// `margin` times the key of its token, keys and values are the token's axis, and what is copied goes
/// to the axes `2n …`, which the output head reads. So the score of an asker is `margin` at its token
/// and 0 elsewhere, and any other token looks everywhere alike.
struct RetrievalHead {
  static let n = 8
  let model: Transformer
  let margin: Double

  init(margin: Double) {
    self.margin = margin
    let n = Self.n
    let width = 3 * n
    let configuration = ModelConfiguration(
      vocabularySize: 2 * n, width: width, layers: 1, queryHeads: 1, keyValueHeads: 1,
      headWidth: n, mlpWidth: 1, normEpsilon: 0, hasQueryKeyNorm: false)
    let parameters = Parameters(configuration)
    for entry in parameters.layout.entries where entry.shape.count == 1 {
      parameters.view(entry.name).fill(1)
    }
    func set(_ name: String, _ entries: [(row: Int, column: Int, value: Double)]) {
      let columns = parameters.layout.entry(name)?.shape[1] ?? 0
      let view = parameters.view(name)
      view.fill(0)
      for (row, column, value) in entries { view[row * columns + column] = Float(value) }
    }
    set("model.embed_tokens.weight", (0..<2 * n).map { ($0, $0, 1) })
    // A normalised one-hot row is sqrt(d) on its axis.
    let unit = 1 / Double(width).squareRoot()
    let layer = "model.layers.0.self_attn."
    set(
      layer + "q_proj.weight",
      (0..<n).map { ($0, n + $0, unit * margin * Double(n).squareRoot()) })
    set(layer + "k_proj.weight", (0..<n).map { ($0, $0, unit) })
    set(layer + "v_proj.weight", (0..<n).map { ($0, $0, unit) })
    set(layer + "o_proj.weight", (0..<n).map { (2 * n + $0, $0, 1) })
    set("lm_head.weight", (0..<n).map { ($0, 2 * n + $0, 1) })
    model = Transformer(parameters)
  }

  /// Token 3 at `target` among `distractors` other tokens, and the question for it.
  static func item(distractors: Int, target: Int) throws -> ProbeItem {
    var context = (0..<distractors).map { Int32([0, 1, 2, 4, 5, 6, 7][$0 % 7]) }
    context.insert(3, at: target)
    let place = target..<target + 1
    return ProbeItem(
      file: "by-hand.jsonl",
      instance: TaskInstance(
        settings: try TaskGenerator(TaskSettings(.keyValue, length: 60), seed: 0).settings,
        seed: 0, split: .test, index: 0, context: context, question: [11], answer: [3],
        answerIsValue: [true], trace: [3, 11],
        gold: [GoldFact(hop: 0, span: place, key: place, value: place)], similarDistractors: []))
  }
}

enum TheoryFixture {
  /// The results of a run, in the order of delivery.
  static func results(
    _ model: Transformer, _ items: [ProbeItem], _ settings: TheorySettings = .init(),
    site: RetrievalSite? = nil, threads: Int = 1
  ) throws -> [TheoryResult] {
    let run = try TheoryRun(model, settings: settings, items: items, site: site, threads: threads)
    let results = Mutex<[TheoryResult]>([])
    try run.run { result in results.withLock { $0.append(result) } }
    return results.withLock { $0 }
  }
}
