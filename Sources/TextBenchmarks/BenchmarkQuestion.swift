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

  init(_ item: LongBenchItem) {
    id = item.id
    line = item.line
    row = item.domain
    slices = [item.difficulty.rawValue, item.extent.rawValue]
    (input, questionStart) = item.prompt
    answerPrefix = ""
    right = ["The correct answer is (\(item.answer))"]
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
    right = item.outputs
    cut = .end(separator: item.truncationSeparator)
    metric = .zeroScrolls(subset)
  }

  init(ruler reader: inout JSONObjectReader, task: String) throws(JSONError) {
    id = "\(try reader.int("index", in: 0 ... .max))"
    line = reader.location.line
    row = task
    slices = []
    input = try reader.string("input")
    guard !input.isEmpty else { throw reader.invalid("input", "is empty") }
    questionStart = nil
    answerPrefix = try reader.string("answer_prefix", default: "")
    right = try reader.strings("outputs")
    guard !right.isEmpty, right.allSatisfy({ !$0.isEmpty }) else {
      throw reader.invalid("outputs", "must hold at least one text, and no empty one")
    }
    cut = .nothing
    metric = .contained(any: Benchmark.row(of: task).hasPrefix("qa"))
  }

  /// The score of an answer, from 0 to 100.
  public func score(_ answer: String) -> Double {
    switch metric {
    case .letter(let letter): ChosenLetter.declared(answer) == letter ? 100 : 0
    case .zeroScrolls(let subset): subset.score([(answer, right)])
    case .contained(let any):
      100 * (any ? ContainedTexts.any(right, in: answer) : ContainedTexts.share(right, in: answer))
    }
  }
}

/// RULER's measures: which of some texts an answer holds, whatever their case.
public enum ContainedTexts {
  /// The share that it holds; RULER's `string_match_all`.
  public static func share(_ texts: [String], in answer: String) -> Double {
    let answer = answer.lowercased()
    return Double(texts.count { answer.contains($0.lowercased()) }) / Double(texts.count)
  }

  /// 1 where it holds any of them, else 0; RULER's `string_match_part`.
  public static func any(_ texts: [String], in answer: String) -> Double {
    share(texts, in: answer) > 0 ? 1 : 0
  }
}
