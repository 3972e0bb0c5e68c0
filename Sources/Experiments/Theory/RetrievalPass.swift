import Instrumentation
import SandboxTasks

/// A pass behind a context whose watched rows are those that have to look facts up.
///
/// The pass is teacher-forced, and the rows are those that predict the first token of a fact's value:
/// behind it a model copies on from where it has just read. It is the pass of the direct answer, or for a
/// family that looks facts up in its trace, such as multi-hop, that of the right trace, whose rows restate the values hop by hop: an answer behind a trace is copied from the trace, and a
/// direct one of several hops may be beyond the model, so that neither looks into the context.
struct RetrievalPass {
  /// A row with what it is to find.
  struct Row {
    /// The row within the pass, from 0.
    let row: Int
    /// The fact whose value it predicts.
    let fact: GoldFact
    /// Which of the rows of its fact, from 0.
    let token: Int
  }

  let tokens: [Int32]
  let rows: [Row]

  init(_ instance: TaskInstance) {
    guard let places = instance.valuePlacesInTrace else {
      let pass = AnswerPass(instance)
      tokens = pass.tokens
      var seen: [Int: Int] = [:]
      rows = instance.answer.indices.filter { pass.opensValue[$0] }.compactMap { step in
        guard let fact = instance.gold.first(where: { $0.hop == pass.holders[step] }) else {
          return nil
        }
        defer { seen[fact.hop, default: 0] += 1 }
        return Row(row: pass.firstRow + step, fact: fact, token: seen[fact.hop, default: 0])
      }
      return
    }
    let prompt = instance.thinkingPrompt
    tokens = prompt + instance.trace
    let stated = zip(instance.gold, places).map { fact, place in
      Row(row: prompt.count + place - 1, fact: fact, token: 0)
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
