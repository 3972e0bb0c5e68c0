import Instrumentation
import SandboxTasks

/// A pass behind a context whose watched rows are those that have to look facts up.
///
/// The pass is teacher-forced. For key-value and needle it is that of the direct answer, and the rows
/// are those that predict value tokens. For multi-hop it is that of the right trace, and the rows are
/// those that restate the values hop by hop: an answer behind a trace is copied from the trace, and a
/// direct one of several hops may be beyond the model, so that neither looks into the context.
struct RetrievalPass {
  /// A row with what it is to find.
  struct Row {
    /// The row within the pass, from 0.
    let row: Int
    /// The fact whose value it predicts.
    let fact: GoldFact
    /// Which token of the value, from 0.
    let token: Int
  }

  let tokens: [Int32]
  let rows: [Row]

  init(_ instance: TaskInstance) {
    guard instance.family == .multiHop else {
      let pass = AnswerPass(instance)
      tokens = pass.tokens
      var seen: [Int: Int] = [:]
      rows = instance.answer.indices.filter { instance.answerIsValue[$0] }.map { step in
        let fact = instance.gold[pass.holders[step]]
        defer { seen[fact.hop, default: 0] += 1 }
        return Row(row: pass.firstRow + step, fact: fact, token: seen[fact.hop, default: 0])
      }
      return
    }
    let prompt = instance.thinkingPrompt
    tokens = prompt + instance.trace
    // Each hop is restated in a fact's form: what opens it, its key, its value.
    let stated = instance.gold.enumerated().flatMap { hop, fact in
      fact.value.indices.map { place in
        Row(
          row: prompt.count + hop * fact.span.count + place - fact.span.lowerBound - 1,
          fact: fact, token: place - fact.value.lowerBound)
      }
    }
    let length = tokens.count
    rows = stated.filter { $0.row < length }
  }

  /// The rows with the facts as targets.
  var watched: [WatchedRow] {
    rows.map { row in
      WatchedRow(
        row: row.row, answerStep: row.token,
        targets: [
          WatchedTarget(hop: row.fact.hop, span: row.fact.span, value: row.fact.value)
        ])
    }
  }
}
