import Instrumentation
import SandboxTasks

/// The tokens that are read after the context to hear the answer, and the rows that predict it.
///
/// The pass is teacher-forced: it reads the prompt and the right answer without its last token, so
/// that one pass gives the probability of every answer token. Greedy decoding writes exactly the
/// answer if and only if each of those rows ranks the right token first: up to the first wrong token,
/// decoding has read the very same tokens.
struct AnswerPass {
  /// `directPrompt` and the answer without its last token.
  let tokens: [Int32]
  /// The first row that predicts an answer token.
  let firstRow: Int
  /// For each answer token, the row that predicts it and the facts that it is to find.
  let rows: [WatchedRow]
  /// For each answer token, the hop of the fact that holds it.
  let holders: [Int]
  /// For each answer token, the facts that hold it: those of that hop, of which there may be none.
  let held: [[GoldFact]]
  /// For each answer token, whether it is the first of a fact's value: the row that predicts it is where
  /// retrieval is measured.
  let opensValue: [Bool]

  /// The pass of an instance.
  ///
  /// The family says which facts lead to an answer token: the one that holds it, or each hop on the path
  /// there.
  init(_ instance: TaskInstance) {
    let prompt = instance.directPrompt
    tokens = prompt + instance.answer.dropLast()
    firstRow = prompt.count - 1
    let facts = instance.gold.map {
      WatchedTarget(hop: $0.hop, span: $0.span, value: $0.value)
    }
    precondition(!instance.answer.isEmpty, "an instance has an answer")
    let hops = instance.answerHops
    let holders = hops.map(\.upperBound)
    self.holders = holders
    held = holders.map { hop in instance.gold.filter { $0.hop == hop } }
    opensValue = instance.answerIsValue.indices.map { step in
      guard instance.answerIsValue[step] else { return false }
      return step == 0 || !instance.answerIsValue[step - 1] || holders[step] != holders[step - 1]
    }
    rows = instance.answer.indices.map { step in
      WatchedRow(
        row: prompt.count - 1 + step, answerStep: step,
        targets: facts.filter { hops[step].contains($0.hop) })
    }
  }
}
