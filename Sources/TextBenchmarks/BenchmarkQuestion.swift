import DataFiles

/// A question of a benchmark, as a model is asked it and as its answer is judged.
public struct BenchmarkQuestion: Sendable, Equatable {
  /// What gives way where a text is too long for a model, as the benchmark's own code does it.
  public enum Cut: Sendable, Equatable {
    /// The middle of the whole text: LongBench v2.
    case middle
    /// What stands before the question, from its end, with words in its place: ZeroSCROLLS.
    case end(separator: String)
    /// Nothing: a text that was made for a length is asked whole or not at all.
    case nothing
  }

  /// How an answer is scored.
  public enum Metric: Sendable, Equatable {
    /// Whether it declares the right letter.
    case letter(Character)
    /// As a subset of ZeroSCROLLS prescribes.
    case zeroScrolls(ZeroScrollsSubset)
    /// The share of the right texts that it holds, or whether it holds any.
    case contained(any: Bool)

    /// What tables call it.
    public var name: String {
      switch self {
      case .letter: "accuracy"
      case .zeroScrolls(let subset): subset.metric.rawValue
      case .contained(let any): any ? "any answer held" : "share of answers held"
      }
    }

    /// The score of an answer, from 0 to 100.
    ///
    /// - Parameter right: the right answers, at least one.
    func score(_ answer: String, right: [String]) -> Double {
      switch self {
      case .letter(let letter): ChosenLetter.declared(answer) == letter ? 100 : 0
      case .zeroScrolls(let subset): subset.score([(answer, right)])
      case .contained(let any):
        100
          * (any ? ContainedTexts.any(right, in: answer) : ContainedTexts.share(right, in: answer))
      }
    }
  }

  public let id: String
  /// The line of its file on which it begins, counted from 1.
  public let line: Int
  /// The row of the table: category, subset or task.
  public let row: String
  /// Difficulty and extent, for LongBench v2.
  public let slices: [String]
  public let input: String
  /// Where the question begins, in bytes of `input`; nil for the last paragraph.
  public let questionStart: Int?
  /// How the answer is begun; empty where it is not.
  public let answerPrefix: String
  /// Right answers, at least one.
  public let right: [String]
  public let cut: Cut
  public let metric: Metric
  /// The tokenizer to which the text was fitted; nil where the file names none.
  public let tokenizer: TokenizerName?

  init(_ item: LongBenchItem) {
    id = item.id
    line = item.line
    row = item.domain
    slices = [item.difficulty.rawValue, item.extent.rawValue]
    (input, questionStart) = item.prompt
    answerPrefix = ""
    right = ["The correct answer is (\(item.answer))"]
    tokenizer = nil
    cut = .middle
    metric = .letter(item.answer)
  }

  init(_ item: ZeroScrollsItem, _ subset: ZeroScrollsSubset) {
    id = item.id
    line = item.line
    row = subset.rawValue
    slices = []
    input = item.input
    // Without a question of its own, what follows the document asks.
    let start = item.query.lowerBound >= item.document.upperBound ? item.query : item.document
    let place = start == item.query ? start.lowerBound : start.upperBound
    questionStart = item.input.unicodeScalars.prefix(place).reduce(0) {
      $0 + UTF8.width($1)
    }
    answerPrefix = ""
    tokenizer = nil
    right = item.outputs
    cut = .end(separator: item.truncationSeparator)
    metric = .zeroScrolls(subset)
  }

  init(ruler reader: inout JSONObjectReader, task: String) throws(JSONError) {
    let item = try RulerItem(&reader, task: task)
    (id, right, metric) = (item.id, item.outputs, item.metric)
    line = reader.location.line
    row = task
    slices = []
    input = try reader.string("input")
    guard !input.isEmpty else { throw reader.invalid("input", "is empty") }
    questionStart = nil
    answerPrefix = try reader.string("answer_prefix", default: "")
    tokenizer = try TokenizerName(of: &reader)
    cut = .nothing
  }

  /// The score of an answer, from 0 to 100.
  public func score(_ answer: String) -> Double { metric.score(answer, right: right) }
}
