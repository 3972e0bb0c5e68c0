import Prompts
import Randomness
import TestTimeCompute
import TransformerModel

/// A text and the methods by which it is answered, with all their amounts decided.
struct PlannedText: Sendable {
  /// A method and what it may spend.
  struct Way: Sendable {
    let name: TextMethod
    let method: Method
    /// The steps made, or the most tokens of thought.
    let budget: Int
    /// What training and an answer of the greatest length cost; nil for the answer in context, and for
    /// thoughts whose length was given.
    let budgetFLOPs: FLOPs.Count?
    /// Tokens that are generated one by one, at most.
    let generated: Int
  }

  let encoded: EncodedPrompt
  let problem: Problem
  let ways: [Way]
  /// Everything random of the text's methods.
  let stream: RandomStream

  /// Decides the amounts.
  ///
  /// Training costs what the very spans cost that it is going to draw, and thinking gets the most tokens
  /// with which it costs no more, prompts, forced tokens and answer of the greatest length included.
  ///
  /// - Throws: `TextMethodError.span` for a text too short for a span, `.noThought` where the training
  ///   does not even pay for a thought without tokens.
  init(
    _ encoded: EncodedPrompt, _ text: TextModel, _ settings: TextSettings, _ costs: FLOPs,
    file: String
  ) throws(TextMethodError) {
    self.encoded = encoded
    problem = encoded.problem
    stream = RandomStream(seed: settings.seed, label: "text").child(encoded.prompt.index)
    let length = encoded.context.count
    let extent = problem.extent(behind: length)
    let answer = OpenAnswer(
      limit: settings.answerTokens, ends: settings.endsWithLine ? text.ends : text.turnEnds)
    let training = settings.training
    let matches = settings.methods.contains(.thinking) && settings.thinkingTokens == nil
    var budget: FLOPs.Count?
    if matches || settings.methods.contains(.qttt) {
      guard length > training.spanLength else {
        throw .span(
          file: file, index: encoded.prompt.index, tokens: length, span: training.spanLength)
      }
      let planned = training.plannedFLOPs(
        problem, behind: length, stream: stream.child(TextMethod.qttt.rawValue), costs: costs)
      budget =
        (planned ?? training.expectedFLOPs(extent, costs)) + answer.flops(extent, costs)
    }
    var ways: [Way] = []
    for name in settings.methods {
      switch name {
      case .inContext:
        ways.append(
          Way(
            name: name, method: Method(decoding: answer), budget: 0, budgetFLOPs: nil,
            generated: answer.generated))
      case .qttt:
        ways.append(
          Way(
            name: name,
            method: Method(adaptation: training, decoding: answer, budget: budget),
            budget: training.steps, budgetFLOPs: budget, generated: answer.generated))
      case .thinking:
        func decoding(_ tokens: Int) -> OpenThinking {
          encoded.thinking(tokens, text, answer, sampler: settings.sampler)
        }
        var tokens = settings.thinkingTokens ?? 0
        if matches, let budget {
          guard
            let match = BudgetMatch(within: budget, extent, costs, least: 0, decoding: decoding)
          else {
            throw .noThought(file: file, index: encoded.prompt.index, steps: training.steps)
          }
          tokens = match.tokens
        }
        ways.append(
          Way(
            name: name,
            method: Method(decoding: decoding(tokens), budget: matches ? budget : nil),
            budget: tokens,
            budgetFLOPs: matches ? budget : nil, generated: decoding(tokens).generated))
      }
    }
    self.ways = ways
  }

  /// Tokens that a cache has to hold: the context, and what the methods append.
  var capacity: Int {
    let extent = problem.extent(behind: encoded.context.count)
    return encoded.context.count + (ways.map { $0.method.room(extent) }.max() ?? 0)
  }

  /// What reading the context and all methods come to where nothing ends early, by what is done. The right
  /// answer is in it, which is read behind each method's own, though no method pays for that.
  func work(_ costs: FLOPs) -> WorkFLOPs {
    let length = encoded.context.count
    let extent = problem.extent(behind: length)
    var work = WorkFLOPs()
    work.read(length, costs)
    for way in ways {
      let prompt = way.name == .thinking ? extent.thinkingPrompt : extent.directPrompt
      work.answer += costs.append(prompt, after: length)
      work.generate(way.generated, after: length + prompt, costs)
      work.answer += costs.append(extent.answer, after: length + prompt, logits: .all)
      if way.method.adaptation != nil, let budget = way.budgetFLOPs {
        work.adapt += budget - way.method.decoding.flops(extent, costs)
      }
    }
    return work
  }

  /// What a way comes to behind a context that has been read.
  ///
  /// - Throws: `MethodError`.
  func answer(_ way: Way, in context: ReadContext, _ text: TextModel) throws -> SpokenAnswer {
    let outcome = try way.method.run(
      problem, in: context, stream: stream.child(way.name.rawValue))
    let trace = outcome.traces.first ?? []
    return SpokenAnswer(
      thought: way.name == .thinking
        ? text.tokenizer.decode(trace.dropLast(outcome.answer.count)) : "",
      text: text.tokenizer.decode(outcome.answer, skipsSpecialTokens: true), outcome: outcome)
  }
}

/// What was generated, as text.
struct SpokenAnswer {
  let thought: String
  let text: String
  let outcome: MethodOutcome
}

extension TextSettings {
  /// Bytes of keys and values, of the buffers, and of training.
  func bytes(_ shape: ModelConfiguration, capacity: Int) -> Int {
    let queries = shape.layers * shape.queryWidth * shape.width
    let training =
      methods.contains(.qttt)
      ? GradientPass.bytes(shape, capacity: self.training.spanLength)
        + 4 * queries * MemoryLayout<Float>.stride : 0
    return KeyValueCache.bytes(shape, capacity: capacity, precision: precision)
      + InferenceSession.bufferBytes(shape) + training
  }
}
