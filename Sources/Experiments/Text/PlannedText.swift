import Prompts
import Randomness
import TestTimeCompute
import TransformerModel

/// A text and the methods by which it is answered, with all their amounts decided.
struct PlannedText: Sendable {
  /// A method and what it may spend.
  struct Way: Sendable {
    let name: String
    let method: Method
    /// The steps made, or the most tokens of thought; 0 where there is nothing to choose.
    let budget: Int
    /// What it may spend behind the prefill; nil where nothing limits it.
    let budgetFLOPs: FLOPs.Count?
    /// What adaptation comes to.
    let adaptFLOPs: FLOPs.Count
    /// Tokens that are generated one by one, at most.
    let generated: Int

    var thinks: Bool { method.decoding is any ThinkingDecoding }
  }

  let encoded: EncodedPrompt
  let problem: Problem
  let ways: [Way]
  /// Everything random of the text's methods.
  let stream: RandomStream

  /// Decides the amounts.
  ///
  /// Training costs what the very spans cost that it is going to draw, and every method whose amount is
  /// not given gets the most with which it costs no more, prompts, forced tokens and answer of the
  /// greatest length included.
  ///
  /// - Throws: `TextMethodError.span` for a text too short for a span, `.tooCheap` where the training
  ///   does not even pay for the least that a method does.
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
    let answers = AnswerForm(
      direct: answer,
      thinking: { tokens, _, sampler in
        encoded.thinking(tokens, text, answer, sampler: sampler)
      })
    func checkSpan(_ span: Int) throws(TextMethodError) {
      guard span < length else {
        throw .span(file: file, index: encoded.prompt.index, tokens: length, span: span)
      }
    }
    var limit: FLOPs.Count?
    if settings.methods.contains(where: \.takesBudget) {
      let training = settings.training
      try checkSpan(training.spanLength)
      let planned = training.plannedFLOPs(
        problem, behind: length, stream: stream.child(QTTTMethod.name), costs: costs)
      limit = (planned ?? training.expectedFLOPs(extent, costs)) + answer.flops(extent, costs)
    }
    var ways: [Way] = []
    for chosen in settings.methods {
      if let span = chosen.settings.spanLength { try checkSpan(span) }
      guard
        let resolved = chosen.resolved(
          extent, marksAnswers: false, costs: costs, answers: answers, limit: limit)
      else {
        throw .tooCheap(
          file: file, index: encoded.prompt.index, steps: settings.training.steps,
          method: chosen.name)
      }
      var method = resolved.method
      var adapt = method.adaptation?.expectedFLOPs(extent, costs) ?? 0
      // Where the spans are known, they are what is paid for.
      let planned = method.adaptation?.plannedFLOPs(
        problem, behind: length, stream: stream.child(chosen.name), costs: costs)
      if resolved.budget == nil, let planned {
        adapt = planned
        method.budget = planned + method.decoding.flops(extent, costs)
      }
      ways.append(
        Way(
          name: chosen.name, method: method, budget: resolved.amount ?? 0,
          budgetFLOPs: method.budget, adaptFLOPs: adapt,
          generated: (method.decoding as? OpenThinking)?.generated ?? answer.generated))
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
      let behind = way.method.decodingExtent(extent)
      let length = behind.context
      let prompt = way.thinks ? extent.thinkingPrompt : extent.directPrompt
      work.answer += costs.append(prompt, after: length)
      work.generate(way.generated, after: length + prompt, costs)
      work.answer += costs.append(extent.answer, after: length + prompt, logits: .all)
      work.adapt += way.adaptFLOPs
    }
    return work
  }

  /// What a way comes to behind a context that has been read.
  ///
  /// - Throws: `MethodError`.
  func answer(_ way: Way, in context: ReadContext, _ text: TextModel) throws -> SpokenAnswer {
    let outcome = try way.method.run(
      problem, in: context, stream: stream.child(way.name))
    let trace = outcome.traces.first ?? []
    return SpokenAnswer(
      thought: way.thinks
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
  /// Whether weights are trained.
  var trains: Bool { methods.contains { $0.settings.weightTraining != nil } }

  /// Bytes of keys and values, of the buffers, and of training.
  func bytes(_ shape: ModelConfiguration, capacity: Int) -> Int {
    let training = trains ? self.training.bytes(shape, capacity: capacity) : 0
    return KeyValueCache.bytes(shape, capacity: capacity, precision: precision)
      + InferenceSession.bufferBytes(shape) + training
  }
}
