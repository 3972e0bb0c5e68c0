import DataFiles
import Prompts
import Randomness
import TensorKernels
import TestTimeCompute
import TransformerModel

/// A text and the methods by which it is answered, with all their amounts decided.
struct PlannedText: Sendable {
  /// A method and what it may spend.
  struct Choice: Sendable {
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
  let choices: [Choice]
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
    let answers = encoded.answers(answer, text)
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
    var choices: [Choice] = []
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
      choices.append(
        Choice(
          name: chosen.name, method: method, budget: resolved.amount ?? 0,
          budgetFLOPs: method.budget, adaptFLOPs: adapt,
          generated: (method.decoding as? OpenThinking)?.generated ?? answer.generated))
    }
    self.choices = choices
  }

  /// Tokens that a cache has to hold: the context, and what the methods append.
  var capacity: Int {
    let extent = problem.extent(behind: encoded.context.count)
    return encoded.context.count + (choices.map { $0.method.room(extent) }.max() ?? 0)
  }

  /// What reading the context and all methods come to where nothing ends early, by what is done. The right
  /// answer is in it, which is read behind each method's own, though no method pays for that.
  func work(_ costs: FLOPs) -> WorkFLOPs {
    let length = encoded.context.count
    let extent = problem.extent(behind: length)
    var work = WorkFLOPs()
    work.read(length, costs)
    for choice in choices {
      let behind = choice.method.decodingExtent(extent)
      let length = behind.context
      let prompt = choice.thinks ? extent.thinkingPrompt : extent.directPrompt
      work.answer += costs.append(prompt, after: length)
      work.generate(choice.generated, after: length + prompt, costs)
      work.answer += costs.append(extent.answer, after: length + prompt, logits: .all)
      work.adapt += choice.adaptFLOPs
    }
    return work
  }

  /// Reads the context once, and answers by some of the methods.
  ///
  /// - Parameters:
  ///   - checkpoint: called before each method; what it throws ends the work.
  ///   - deliver: called with each answer.
  /// - Throws: `MethodError`, and what the two throw.
  func answer(
    by choices: some Sequence<Choice>, _ model: Transformer, _ text: TextModel, workers: Workers,
    precision: StoragePrecision, checkpoint: () throws -> Void,
    deliver: (Choice, TextAnswer) throws -> Void
  ) throws {
    try checkpoint()
    let context = ReadContext(model, capacity: capacity, workers: workers, precision: precision)
    context.read(encoded.context)
    for choice in choices {
      try checkpoint()
      let outcome = try choice.method.run(problem, in: context, stream: stream.child(choice.name))
      let thought = outcome.traces.first?.dropLast(outcome.answer.count) ?? []
      try deliver(
        choice,
        TextAnswer(
          thought: choice.thinks ? text.tokenizer.decode(thought) : "",
          text: text.tokenizer.decode(outcome.answer, skipsSpecialTokens: true), outcome: outcome))
    }
  }
}

/// What was generated, as text.
struct TextAnswer {
  let thought: String
  let text: String
  let outcome: MethodOutcome
}

extension TextSettings {
  /// Whether weights are trained.
  var trains: Bool { methods.contains { $0.settings.weightTraining != nil } }

  /// Writes the training that methods are matched to into an open object.
  func writeTraining(to json: inout JSONWriter) throws {
    json.member("steps", training.steps)
    json.member("span_length", training.spanLength)
    if case .adamW(let adamW) = training.training.optimizer {
      try json.member("learning_rate", adamW.learningRate)
      try json.member("weight_decay", adamW.weightDecay)
    }
    try json.optional("clip", training.training.clip)
    json.member("span_kv", training.keyValues.rawValue)
  }

  /// Bytes of keys and values, of the buffers, and of training.
  func bytes(_ shape: ModelConfiguration, capacity: Int) -> Int {
    let training = trains ? self.training.bytes(shape, capacity: capacity) : 0
    return KeyValueCache.bytes(shape, capacity: capacity, precision: precision)
      + InferenceSession.bufferBytes(shape) + training
  }
}
