import Prompts
import TensorKernels
import TestTimeCompute
import TextBenchmarks
import TransformerModel

/// A question as a model is going to read it.
public struct PreparedQuestion: Sendable {
  public let question: BenchmarkQuestion
  /// The file that holds it, as it was given.
  public let file: String
  /// Its number in the file.
  public let index: Int
  /// What messages call the question.
  public var name: String { LongQuestion.name(file, question.line, question.id) }
  /// Tokens of template and text before and after the text was cut; the same where it was not.
  public let fullLength: Int
  public var length: Int { planned.encoded.length }
  /// The text as it is asked.
  public var prompt: TextPrompt { planned.encoded.prompt }
  let planned: PlannedText

  /// What reading the context and all methods cost at most.
  public func flops(_ costs: FLOPs) -> FLOPs.Count {
    let length = planned.encoded.context.count
    let extent = planned.problem.extent(behind: length)
    return planned.choices.reduce(costs.prefill(length)) { sum, choice in
      sum + (choice.budgetFLOPs ?? choice.method.expectedFLOPs(extent, costs))
    }
  }
}

/// Puts the questions of a benchmark to a model, each to all methods behind one prefill.
///
/// A record depends on its question, the settings and the seed alone, so that neither the threads nor
/// what an earlier run did already can change it.
public struct BenchmarkRun {
  let text: TextModel
  let settings: TextSettings
  let answerTokens: Int?
  let contextTokens: Int?
  private let model: Transformer
  private let benchmark: Benchmark
  private let workers: Workers
  private let costs: FLOPs

  /// A run.
  ///
  /// - Parameters:
  ///   - settings: of which `answerTokens` and `endsWithLine` are not used.
  ///   - answerTokens: the most tokens of an answer; as the benchmark has it when nil.
  ///   - contextTokens: the most tokens before an answer; when nil, as many as leave room for thoughts
  ///     and answers within the positions that the model was made for.
  public init(
    _ model: Transformer, _ text: TextModel, _ benchmark: Benchmark, settings: TextSettings,
    answerTokens: Int?, contextTokens: Int?, threads: Int
  ) {
    self.model = model
    self.text = text
    self.benchmark = benchmark
    self.settings = settings
    self.answerTokens = answerTokens
    self.contextTokens = contextTokens
    workers = Workers(count: threads)
    costs = FLOPs(model.configuration)
  }

  /// Encodes a question, cuts its text as the benchmark does where it is too long, and decides the
  /// amounts of all methods.
  ///
  /// - Throws: `TextMethodError`.
  public func prepare(
    _ question: BenchmarkQuestion, file: String, index: Int
  ) throws(TextMethodError) -> PreparedQuestion {
    var settings = settings
    settings.answerTokens = answerTokens ?? benchmark.answerTokens(row: question.row)
    settings.endsWithLine = false
    /// Amounts are decided for what may be read: the whole of a text that is cut may allow of none.
    func attempt(_ prompt: TextPrompt) throws(TextMethodError) -> Attempt {
      let encoded = try EncodedPrompt(prompt, text, file: file)
      if contextTokens != nil && encoded.length > limit {
        return Attempt(length: encoded.length, taken: encoded.length, planned: nil)
      }
      let planned = try PlannedText(encoded, text, settings, costs, file: file)
      return Attempt(
        length: encoded.length, taken: contextTokens == nil ? planned.capacity : encoded.length,
        planned: planned)
    }
    var prompt = TextPrompt(question, index: index)
    let whole = try attempt(prompt)
    var last = whole
    if whole.taken > limit {
      func tooLong(isWhole: Bool) -> TextMethodError {
        .tooLong(
          LongQuestion(
            file: file, line: question.line, id: question.id, row: question.row,
            tokens: whole.taken, limit: limit, isChosen: contextTokens != nil, isWhole: isWhole))
      }
      guard let cut = CutText(question, text) else { throw tooLong(isWhole: true) }
      var kept = cut.count
      // Tokens are others at a cut, and thoughts behind fewer tokens are longer: hence more than once.
      while last.taken > limit {
        kept -= last.taken - limit
        guard let rest = cut.text(keeping: kept) else { throw tooLong(isWhole: false) }
        (prompt.input, prompt.questionStart) = rest
        do {
          last = try attempt(prompt)
        } catch .span(_, _, let tokens, let span) {
          throw .cutShort(
            question: LongQuestion.name(file, question.line, question.id), limit: limit,
            tokens: tokens, span: span)
        }
      }
    }
    guard let planned = last.planned else { preconditionFailure("a text that fits is planned") }
    return PreparedQuestion(
      question: question, file: file, index: index, fullLength: whole.length, planned: planned)
  }

  private var limit: Int { contextTokens ?? model.configuration.maximumPositions }

  /// A text as it might be asked.
  private struct Attempt {
    /// Tokens before an answer, and what it takes of the limit.
    let length: Int
    let taken: Int
    /// Nil where the text is too long whatever the methods add.
    let planned: PlannedText?
  }

  /// Bytes that answering takes beside the weights.
  public func bytes(_ prepared: PreparedQuestion) -> Int {
    settings.bytes(model.configuration, capacity: prepared.planned.capacity)
  }

  /// What all methods cost at most, the prefill included.
  public func flops(_ prepared: PreparedQuestion) -> FLOPs.Count { prepared.flops(costs) }

  /// What all methods come to where no answer and no thought ends early, by what is done.
  public func work(_ prepared: PreparedQuestion) -> WorkFLOPs { prepared.planned.work(costs) }

  /// Measures the rates of this machine, with all threads, on the first tokens of a question.
  public func measureRates(_ prepared: PreparedQuestion) -> WorkRates {
    let encoded = prepared.planned.encoded
    // A long question says no more of the rate than its end.
    return WorkRates.measure(
      model, context: encoded.context, answer: Array(encoded.directPrompt.suffix(64)),
      precision: settings.precision, training: settings.trains ? settings.training : nil,
      generates: true,
      threads: workers.count)
  }

  /// Answers a question by some of the methods.
  ///
  /// - Parameters:
  ///   - checkpoint: called before each method; what it throws ends the run.
  ///   - deliver: called with each record.
  /// - Throws: `MethodError`, and what the two throw.
  public func answer(
    _ prepared: PreparedQuestion, methods: [String], checkpoint: () throws -> Void = {},
    deliver: (BenchmarkRecord) throws -> Void
  ) throws {
    try prepared.planned.answer(
      by: prepared.planned.choices.filter { methods.contains($0.name) }, model, text,
      workers: workers, precision: settings.precision, checkpoint: checkpoint
    ) { choice, made in
      try deliver(BenchmarkRecord(prepared, choice, made))
    }
  }
}
