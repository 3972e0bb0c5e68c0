import Foundation
import TransformerModel

/// Where a model looks while it reads a question.
enum QuestionAttention {
  /// The attention that each position of a context gets from the rows of the direct prompt, averaged
  /// over rows, layers and heads, `[T]`.
  ///
  /// The session reads the prompt behind the context and forgets it again.
  static func overContext(_ run: MethodRun, _ source: ReadContext) throws -> [Double] {
    let session = source.session
    let prompt = run.problem.directPrompt
    let length = source.length
    var sum = [Double](repeating: 0, count: length)
    var isFinite = true
    session.append(
      prompt, logits: .none,
      observing: AttentionObservation(rows: Array(prompt.indices)) { _, scores in
        var highest = -Float.infinity
        for index in scores.indices { highest = max(highest, scores[index]) }
        guard highest.isFinite else {
          isFinite = false
          return
        }
        var weights: [Double] = []
        var total = 0.0
        for index in scores.indices {
          let weight = exp(Double(scores[index] - highest))
          weights.append(weight)
          total += weight
        }
        for index in 0..<length { sum[index] += weights[index] / total }
      })
    session.rewind(to: length)
    let all = sum.reduce(0, +)
    guard isFinite && all.isFinite && all > 0 else { throw NotFinite() }
    let count = session.model.configuration
    let rows = Double(prompt.count * count.layers * count.queryHeads)
    return sum.map { $0 / rows }
  }
}
