import Randomness
import TransformerModel

/// Thinking in a model's own words: at most M tokens of thought, then the answer.
///
/// A thought that the model does not end is ended for it, by the tokens with which its template goes on
/// to the answer (budget forcing). The operations before it is made are those of a thought and an answer
/// of the greatest lengths.
public struct OpenThinking: ThinkingDecoding, Equatable {
  /// M: the most tokens of thought, forced ones not counted.
  public var tokens: Int
  /// The token with which the model ends a thought; nil where it has none.
  public var endOfThought: Int32?
  /// What is forced behind a thought that the model has ended, and behind one that it has not; nothing where
  /// the tokenizer has no tokens for it.
  public var afterEnd: [Int32]
  public var closing: [Int32]
  /// The tokens that end all that the model has to say; within a thought, they end it.
  public var turnEnds: Set<Int32>
  /// The answer's limit and ends.
  public var answer: OpenAnswer
  /// How the thought's tokens are chosen.
  public var sampler: Sampler

  public init(
    tokens: Int, endOfThought: Int32?, afterEnd: [Int32], closing: [Int32],
    turnEnds: Set<Int32>, answer: OpenAnswer, sampler: Sampler = .greedy
  ) {
    precondition(tokens >= 0, "a thought of fewer than no tokens")
    self.tokens = tokens
    self.endOfThought = endOfThought
    self.afterEnd = afterEnd
    self.closing = closing
    self.turnEnds = turnEnds
    self.answer = answer
    self.sampler = sampler
  }

  public func leastTokens(_ problem: Problem) -> Int { 0 }

  private var forced: Int { max(afterEnd.count + 1, closing.count) }

  /// Tokens that are read one by one, at most, forced ones among them.
  public var generated: Int { tokens + forced + answer.generated }

  public func flops(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    costs.append(extent.thinkingPrompt, after: extent.context)
      + costs.decode(generated, after: extent.context + extent.thinkingPrompt)
  }

  public func room(_ extent: ProblemExtent) -> Int {
    extent.thinkingPrompt + tokens + forced + max(answer.limit, extent.answer)
  }

  public func decode(_ run: MethodRun) throws {
    var logits = try run.readThinkingPrompt()
    var stream = run.stream.child("think")
    var thought: [Int32] = []
    let session = run.session
    run.outcome.seconds.think += try run.seconds {
      var rest = closing
      while thought.count < tokens {
        guard let token = sampler.next(logits, stream: &stream) else { throw NotFinite() }
        if token == endOfThought {
          // The end is read together with what is forced behind it.
          rest = [token] + afterEnd
          break
        }
        if turnEnds.contains(token) { break }
        thought.append(token)
        logits = session.append([token])
      }
      let read = session.length - thought.count
      run.predict(run.costs.decode(thought.count, after: read))
      if !rest.isEmpty {
        run.predict(run.costs.append(rest.count, after: session.length))
        logits = session.append(rest)
      }
      thought += rest
    }
    let start = session.length
    var answer: [Int32] = []
    run.outcome.seconds.answer += try run.seconds {
      answer = try self.answer.greedy(run, logits)
    }
    session.rewind(to: start)
    run.note(
      trace: thought + answer, answers: [answer],
      probabilities: try run.readAnswer { .answer(trace: 0, token: $0) })
  }
}
