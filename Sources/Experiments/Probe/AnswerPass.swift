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
  /// For each answer token, the number of the fact that holds it.
  let holders: [Int]
  /// For each answer token, whether it is the first of a fact's value: the row that predicts it is where
  /// retrieval is measured.
  let opensValue: [Bool]

  /// The pass of an instance.
  ///
  /// An answer token of a key-value or needle instance is to be found in the one fact that holds it.
  /// That of a multi-hop instance is the value of the last hop, but each hop on the way is recorded. What
  /// is wrong in a log or in code, and where, the wrong line itself tells, which is the first fact.
  init(_ instance: TaskInstance) {
    let prompt = instance.directPrompt
    tokens = prompt + instance.answer.dropLast()
    firstRow = prompt.count - 1
    let facts = instance.gold.map {
      WatchedTarget(hop: $0.hop, span: $0.span, value: $0.value)
    }
    precondition(!facts.isEmpty && !instance.answer.isEmpty, "an instance has facts and an answer")
    let holders = Self.holders(instance)
    self.holders = holders
    opensValue = instance.answerIsValue.indices.map { step in
      guard instance.answerIsValue[step] else { return false }
      return step == 0 || !instance.answerIsValue[step - 1] || holders[step] != holders[step - 1]
    }
    rows = instance.answer.indices.map { step in
      WatchedRow(
        row: prompt.count - 1 + step, answerStep: step,
        targets: instance.family == .multiHop ? facts : [facts[holders[step]]])
    }
  }

  /// The fact that holds each answer token: the last hop, the wrong line, or for needle the next value's to
  /// come.
  private static func holders(_ instance: TaskInstance) -> [Int] {
    let last = instance.gold.count - 1
    switch instance.family {
    case .multiHop: return instance.answer.map { _ in last }
    case .transactionLog, .codeBug: return instance.answer.map { _ in 0 }
    case .keyValue, .needle: break
    }
    var fact = 0
    var wasValue = false
    return instance.answerIsValue.map { isValue in
      // What follows a value, up to the next value's end, restates the next fact.
      if wasValue && !isValue { fact += 1 }
      wasValue = isValue
      return min(fact, last)
    }
  }
}
