/// A fact on the path to the answer, as it stands in the context.
///
/// In a transaction log and in a code base the fact of hop 0 is the line that is wrong; where it is
/// wrong because it contradicts another line, that one is the fact of hop 1.
public struct GoldFact: Sendable, Equatable {
  /// Its number on the path to the answer, from 0: the hop, or for needle the place of its value in
  /// the answer.
  public var hop: Int
  /// The tokens of the whole fact, opening word included.
  public var span: Range<Int>
  /// The tokens of its key: two symbols. In a log the account, in code the function.
  public var key: Range<Int>
  /// The tokens of its value: two symbols, in code three. In a log the number of the transaction, in
  /// code file and line.
  public var value: Range<Int>

  /// A fact of five tokens, opening word first, at a place in the context.
  init(hop: Int, at start: Int) {
    self.init(hop: hop, at: start, Fact.form)
  }

  /// A fact whose spans are known.
  public init(hop: Int, span: Range<Int>, key: Range<Int>, value: Range<Int>) {
    (self.hop, self.span, self.key, self.value) = (hop, span, key, value)
  }
}

/// One item of a task: a context, a question, its answer, and where in the context the answer is.
///
/// A function of (settings, seed, split, index) alone. The model reads `context` and then
/// `directPrompt`, after which `answer` is to follow; or `thinkingPrompt`, after which
/// `thinking(repeats:)` and then `answer` are to follow.
public struct TaskInstance: Sendable, Equatable {
  /// What it was made of.
  public var settings: TaskSettings
  public var seed: UInt64
  public var split: Split
  /// Its number within the split, from 0.
  public var index: Int

  /// Exactly `settings.length` tokens; of text fewer, for there the length counts the question, too.
  public var context: [Int32]
  /// What is asked, in the words of the task.
  public var question: [Int32]
  /// What is to follow.
  public var answer: [Int32]
  /// For each token of the answer, whether it is part of a value that the context alone determines.
  public var answerIsValue: [Bool]
  /// What stands between `thinkingPrompt` and the answer when a trace is written once.
  ///
  /// For multi-hop, each hop restated and `=`; for the other families, the answer and the question
  /// once more, so that the fact has been restated before the answer that counts.
  public var trace: [Int32]

  /// The facts on the path to the answer, by `hop`; each is stated once. There may be none.
  public var gold: [GoldFact]
  /// The spans of all statements, repetitions included, of facts off that path whose key shares a
  /// symbol, in the same place, with the key of a gold fact; ascending. Where keys are stated once, such
  /// a key shares exactly one.
  public var similarDistractors: [Range<Int>]

  /// Whether the tokens are those of a language model's tokenizer, whose question says itself what is
  /// wanted: nothing is put behind it.
  public var isText = false

  /// An instance put together by hand or read from a file.
  public init(
    settings: TaskSettings, seed: UInt64, split: Split, index: Int, context: [Int32],
    question: [Int32], answer: [Int32], answerIsValue: [Bool], trace: [Int32], gold: [GoldFact],
    similarDistractors: [Range<Int>]
  ) {
    self.settings = settings
    self.seed = seed
    self.split = split
    self.index = index
    self.context = context
    self.question = question
    self.answer = answer
    self.answerIsValue = answerIsValue
    self.trace = trace
    self.gold = gold
    self.similarDistractors = similarDistractors
  }

  /// The family.
  public var family: TaskFamily { settings.family }

  /// The words that the tokens stand for; nil for text, whose tokens a tokenizer knows.
  public var vocabulary: Vocabulary? { isText ? nil : family.vocabulary }

  /// What follows the context when an answer is wanted at once.
  public var directPrompt: [Int32] {
    question + marker(family.answerMarker)
  }

  /// What follows the context when a trace is wanted first.
  public var thinkingPrompt: [Int32] {
    question + marker(family.traceMarker)
  }

  private func marker(_ token: Int32?) -> [Int32] { isText ? [] : token.map { [$0] } ?? [] }

  /// For each answer token, the hops of the gold facts that lead to it; the last one's fact holds it.
  public var answerHops: [ClosedRange<Int>] { settings.shape.task.answerHops(self) }

  /// Where in the trace each gold fact's value begins; nil where the answer itself, and no trace, looks
  /// the facts up.
  public var valuePlacesInTrace: [Int]? { settings.shape.task.valuePlaces(inTraceOf: self) }

  /// What stands between `thinkingPrompt` and the answer when the trace is written `repeats` times.
  ///
  /// Where a marker opens the trace, each but the last is closed by its answer and followed by the
  /// marker.
  public func thinking(repeats: Int) -> [Int32] {
    precondition(repeats >= 1, "a trace is written at least once")
    let opening = marker(family.traceMarker)
    let again = opening.isEmpty ? trace : trace + answer + opening
    return [[Int32]](repeating: again, count: repeats - 1).flatMap { $0 } + trace
  }
}
