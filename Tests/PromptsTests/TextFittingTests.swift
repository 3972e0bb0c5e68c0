import DataFiles
import Prompts
import SandboxTasks
import Synchronization
import Testing
import Tokenization

@Suite struct TextFittingTests {
  static let shapes: [TaskShape] = [
    .keyValue, .needle(NeedleTask(keys: 3, values: 2, queries: 2)),
    .needle(NeedleTask(haystack: .noise, distractors: 4)),
    .needle(NeedleTask(haystack: .repeated)), .multiHop(MultiHopTask(hops: 3)),
  ]

  func slice(_ text: String, _ range: Range<Int>) -> String {
    String(decoding: Array(text.utf8)[range], as: UTF8.self)
  }

  func task(_ shape: TaskShape, index: Int = 2) throws -> SandboxTextTask {
    SandboxTextTask(
      try TaskGenerator(TaskSettings(shape, length: 256), seed: 5), index: index)
  }

  @Test(arguments: shapes.indices) func lengthsAreExactAndSpansHoldTheFacts(
    _ number: Int
  ) throws {
    let fitting = TextFitting(WordEncoder(specialTokens: 1))
    let task = try task(Self.shapes[number])
    for length in [400, 401, 402, 403, 1024, 5000] {
      let fitted = try fitting.fit(task, length: length)
      #expect(fitted.tokens.count == length && fitted.missing == 0)
      #expect(fitted.text == fitted.item.prompt + fitted.item.answerPrefix)
      let encoded = fitting.encoder.encode(fitted.text, addsSpecialTokens: true)
      #expect(encoded.tokens == fitted.tokens)
      for (fact, tokens) in zip(fitted.item.gold, fitted.gold) {
        let value = try #require(fact.value)
        #expect(fitted.item.outputs.contains(slice(fitted.text, value)) || fact.hop < 2)
        let valueTokens = try #require(tokens.value)
        #expect(encoded.ranges[valueTokens.lowerBound].lowerBound == value.lowerBound)
        #expect(encoded.ranges[valueTokens.upperBound - 1].upperBound == value.upperBound)
        #expect(valueTokens.count == 3, "two words and a hyphen")
        #expect(tokens.span.contains(valueTokens.lowerBound))
      }
      #expect(fitted.questionTokens.lowerBound == fitted.contextTokens.upperBound)
      let question = slice(fitted.item.prompt, fitted.item.question)
      #expect(question.hasSuffix("?") && !question.contains("\n"))
    }
  }

  @Test func haystacksGrowWithTheLengthAroundTheSameItem() throws {
    let fitting = TextFitting(WordEncoder())
    let task = try task(.keyValue)
    let short = try fitting.fit(task, length: 300)
    let long = try fitting.fit(task, length: 900)
    #expect(short.item.answer == long.item.answer)
    #expect(short.item.outputs == long.item.outputs)
    #expect(
      slice(short.text, short.item.question) == slice(long.text, long.item.question))
    #expect(short.size < long.size)
    let sentences = { (text: FittedText) in
      self.slice(text.text, text.item.context).split(separator: ". ")
        .filter { $0.contains("code word") }.map { $0.replacing(".", with: "") }
    }
    var place = sentences(long)[...]
    // The needle keeps its relative depth, so that its neighbours may change.
    let needle = try #require(short.item.gold[0].key)
    for sentence in sentences(short) where !sentence.contains(slice(short.text, needle)) {
      let found = try #require(place.firstIndex(of: sentence), "the shorter haystack is nested")
      place = place[(found + 1)...]
    }
  }

  @Test func framesCountAndMoveTheSpans() throws {
    let frame = PromptFrame(
      before: "<user> ", after: " <assistant>", beginsAnswer: false, addsSpecialTokens: false)
    let fitted = try TextFitting(WordEncoder(specialTokens: 1), frame: frame)
      .fit(task(.keyValue), length: 500)
    #expect(fitted.tokens.count == 500)
    #expect(fitted.text == "<user> " + fitted.item.prompt + " <assistant>")
    let encoded = WordEncoder().encode(fitted.text, addsSpecialTokens: false)
    let value = try #require(fitted.gold[0].value)
    let bytes =
      encoded.ranges[value.lowerBound].lowerBound..<encoded.ranges[value.upperBound - 1].upperBound
    #expect(slice(fitted.text, bytes) == fitted.item.outputs[0])
  }

  @Test func impossibleLengthsNameTheBound() throws {
    let task = try task(.keyValue)
    let least = WordEncoder().encode(
      PromptFrame.plain.text(task.item(size: task.sizes.lowerBound, padding: "")),
      addsSpecialTokens: true
    ).count
    #expect(throws: TextFittingError.tooShort(length: least - 1, least: least)) {
      try TextFitting(WordEncoder()).fit(task, length: least - 1)
    }
    #expect(try TextFitting(WordEncoder()).fit(task, length: least).missing == 0)
    #expect(throws: TextFittingError.haystackTooSmall(length: 5000, most: 3 * 100 + 2)) {
      try TextFitting(WordEncoder()).fit(LineTask(lines: 100), length: 5000)
    }
  }

  /// Lines of three tokens each, without padding.
  struct LineTask: TextTask {
    var lines: Int
    var sizes: ClosedRange<Int> { 1...lines }
    func source(size: Int) -> JSONValue { .null }
    var takesPadding: Bool { false }

    func item(size: Int, padding: String) -> TextItem {
      TextItem(
        introduction: "", context: Array(repeating: "a b c", count: size).joined(separator: "\n"),
        question: "which?", answer: "a", outputs: ["a"], gold: [GoldSpan(hop: 0, span: 0..<1)])
    }
  }

  @Test func fewRenderingsAreEnough() throws {
    for (length, most) in [(400, 30), (4000, 30), (60_000, 30)] {
      let counter = Counter()
      let counted = CountedTask(task: try task(.keyValue), counter: counter)
      let fitted = try TextFitting(WordEncoder()).fit(counted, length: length)
      #expect(fitted.missing == 0)
      #expect(counter.renderings.withLock { $0 } <= most)
    }
  }

  final class Counter: Sendable {
    let renderings = Mutex(0)
  }

  struct CountedTask: TextTask {
    var task: SandboxTextTask
    var counter: Counter
    func source(size: Int) -> JSONValue { task.source(size: size) }
    var sizes: ClosedRange<Int> { task.sizes }
    var takesPadding: Bool { true }

    func item(size: Int, padding: String) -> TextItem {
      counter.renderings.withLock { $0 += 1 }
      return task.item(size: size, padding: padding)
    }
  }

  @Test func whatPaddingCannotFillIsSaid() throws {
    for length in 5...40 {
      let fitted = try TextFitting(WordEncoder()).fit(LineTask(lines: 100), length: length)
      #expect(fitted.tokens.count <= length)
      #expect(fitted.missing == (length - 2) % 3)
      #expect(fitted.size == (length - 2) / 3)
    }
  }
}
