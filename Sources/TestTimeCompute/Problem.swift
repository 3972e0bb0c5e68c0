/// How traces are written in the language of a task.
public struct TraceForm: Equatable, Sendable {
  /// The token behind which a trace states its answer; nil where the answer follows at once.
  public var answerMarker: Int32?
  /// What is put behind an answer to have the trace written again.
  public var bridge: [Int32]

  /// A form; without a marker the bridge restates the question.
  public init(answerMarker: Int32?, bridge: [Int32]) {
    precondition(!bridge.isEmpty, "nothing would separate an answer from the next trace")
    self.answerMarker = answerMarker
    self.bridge = bridge
  }
}

/// What is asked about a context, and what is to follow.
public struct Problem: Equatable, Sendable {
  /// What follows the context when the answer is wanted at once, at least one token.
  public var directPrompt: [Int32]
  /// What follows the context when a trace is wanted first, at least one token.
  public var thinkingPrompt: [Int32]
  /// The right answer, at least one token.
  public var answer: [Int32]
  /// How traces are written.
  public var trace: TraceForm
  /// Where in the context the facts lie that hold the answer; only oracles look.
  public var gold: [Range<Int>]
  /// The tokens of the context whose next-token loss is read before and after adaptation, to see what it
  /// learned: at least one, and not the context's last. Nil reads none.
  public var heldOut: Range<Int>?

  /// A problem.
  public init(
    directPrompt: [Int32], thinkingPrompt: [Int32], answer: [Int32], trace: TraceForm,
    gold: [Range<Int>], heldOut: Range<Int>? = nil
  ) {
    precondition(
      !directPrompt.isEmpty && !thinkingPrompt.isEmpty && !answer.isEmpty,
      "prompts and answer have tokens")
    self.directPrompt = directPrompt
    self.thinkingPrompt = thinkingPrompt
    self.answer = answer
    self.trace = trace
    self.gold = gold
    self.heldOut = heldOut
  }

  /// The lengths on which costs depend, behind a context of `length` tokens.
  public func extent(behind length: Int) -> ProblemExtent {
    ProblemExtent(
      context: length, directPrompt: directPrompt.count, thinkingPrompt: thinkingPrompt.count,
      answer: answer.count)
  }
}

/// The lengths of a problem, in tokens: all that the cost of a method depends on.
public struct ProblemExtent: Equatable, Sendable {
  /// T.
  public var context: Int
  public var directPrompt: Int
  public var thinkingPrompt: Int
  public var answer: Int

  public init(context: Int, directPrompt: Int, thinkingPrompt: Int, answer: Int) {
    self.context = context
    self.directPrompt = directPrompt
    self.thinkingPrompt = thinkingPrompt
    self.answer = answer
  }
}
