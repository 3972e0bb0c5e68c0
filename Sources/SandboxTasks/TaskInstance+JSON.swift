import DataFiles

extension TaskInstance {
  /// The version of the sandbox format that is written and read.
  public static let formatVersion = 1

  /// Writes the instance, of the sandbox's own tokens, as one object: where it comes from, tokens, spans,
  /// and all of it as text.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("version", Self.formatVersion)
      TaskSource(self).writeMembers(to: &json)
      json.member("context", int32s: context)
      json.member("question", int32s: question)
      json.member("answer", int32s: answer)
      json.array("answer_is_value") { json in
        for isValue in answerIsValue { json.append(isValue) }
      }
      json.member("trace", int32s: trace)
      json.array("gold") { json in
        for fact in gold {
          json.object { json in
            json.member("hop", fact.hop)
            json.member("span", fact.span)
            json.member("key", fact.key)
            json.member("value", fact.value)
          }
        }
      }
      json.array("similar_distractors") { json in
        for span in similarDistractors { json.append(span) }
      }
      json.object("text") { json in
        for (key, tokens) in texts { json.member(key, tokens, of: family.vocabulary.quoted) }
      }
    }
  }

  /// The instance as one line of a file, line feed included.
  ///
  /// - Complexity: O(T); the line has some 9 bytes a token.
  public func line() -> [UInt8] {
    var json = JSONWriter()
    write(to: &json)
    return json.takeLine()
  }

  /// Calls `body` with each instance of a file and the number of its line.
  ///
  /// - Throws: `FileSystemError`, `JSONError`, and what `body` throws.
  public static func forEach(
    in path: String, _ body: (_ line: Int, _ instance: TaskInstance) throws -> Void
  ) throws {
    try JSONLines.forEach(path) { line, value in
      try body(line, TaskInstance(value, file: path))
    }
  }

  /// The token lists that are written as text too.
  private var texts: [(key: String, tokens: [Int32])] {
    [("context", context), ("question", question), ("answer", answer), ("trace", trace)]
  }

  /// Reads an instance of the sandbox format.
  ///
  /// Tokens, spans and text must agree with each other, so that a file that was edited by hand cannot
  /// say two things at once.
  ///
  /// - Parameter file: what errors call the file.
  /// - Throws: `JSONError`, which names file, line and member.
  public init(_ value: JSONValue, file: String) throws(JSONError) {
    var reader = try JSONObjectReader(value, file: file)
    guard !reader.contains("answer_prefix") else {
      throw reader.invalid(
        "answer_prefix", "belongs to the RULER format; what is wanted is the sandbox format")
    }
    try reader.version(understood: Self.formatVersion)
    let source = try TaskSource(&reader)
    let tokens = 0...Int32(source.settings.family.vocabulary.count - 1)
    self.init(
      settings: source.settings, seed: source.seed, split: source.split, index: source.index,
      context: try reader.int32s("context", in: tokens),
      question: try reader.int32s("question", in: tokens),
      answer: try reader.int32s("answer", in: tokens),
      answerIsValue: try Self.bools("answer_is_value", &reader),
      trace: try reader.int32s("trace", in: tokens), gold: [], similarDistractors: [])
    try readSpans(&reader)
    try checkText(&reader)
    try reader.finish()
  }

  private static func bools(
    _ key: String, _ reader: inout JSONObjectReader
  ) throws(JSONError) -> [Bool] {
    let elements = try reader.array(key)
    let bools = elements.compactMap(\.bool)
    guard bools.count == elements.count else {
      throw reader.invalid(key, "must be an array of true and false")
    }
    return bools
  }

  /// Reads the spans and holds them against the facts that the context is made of.
  private mutating func readSpans(_ reader: inout JSONObjectReader) throws(JSONError) {
    guard context.count == settings.length else {
      throw reader.invalid(
        "context", "has \(context.count) tokens, but settings.length is \(settings.length)")
    }
    guard let starts = starts(settings.shape.task) else {
      throw reader.invalid("context", "is not made of filler words and whole facts of the task")
    }
    let form = settings.family.form
    for (key, tokens) in [("question", question), ("answer", answer)] where tokens.isEmpty {
      throw reader.invalid(key, "is empty")
    }
    guard answerIsValue.count == answer.count else {
      throw reader.invalid(
        "answer_is_value", "has \(answerIsValue.count) entries for \(answer.count) answer tokens")
    }
    guard answerIsValue.contains(true) else {
      throw reader.invalid("answer_is_value", "must say true of at least one answer token")
    }
    let isStart = Set(starts)
    for (number, var fact) in try reader.objects("gold").enumerated() {
      let hop = try fact.int("hop")
      let next = gold.last.map { $0.hop + 1 } ?? 0
      guard hop == next || number > 0 && hop == next - 1 else {
        throw fact.invalid("hop", "must be \(next), in order")
      }
      let read = GoldFact(
        hop: hop, span: try fact.range("span", in: context.indices),
        key: try fact.range("key", in: context.indices),
        value: try fact.range("value", in: context.indices))
      try fact.finish()
      guard isStart.contains(read.span.lowerBound),
        read == GoldFact(hop: hop, at: read.span.lowerBound, form)
      else { throw fact.invalid("span", "with key and value must be those of a fact") }
      gold.append(read)
    }
    let counts = settings.shape.task.goldCounts
    guard counts.contains(gold.count) else {
      let wanted =
        counts.count == 1
        ? "\(counts.lowerBound)" : "\(counts.lowerBound) or \(counts.upperBound)"
      throw reader.invalid("gold", "has \(gold.count) facts, but these settings have \(wanted)")
    }
    for element in try reader.array("similar_distractors") {
      guard let span = element.range(in: context.indices), span.count == form.length,
        isStart.contains(span.lowerBound),
        span.lowerBound > similarDistractors.last?.lowerBound ?? -1
      else {
        throw reader.invalid("similar_distractors", "must be the spans of facts, ascending")
      }
      similarDistractors.append(span)
    }
  }

  private func checkText(_ reader: inout JSONObjectReader) throws(JSONError) {
    var text = try reader.object("text")
    for (key, tokens) in texts {
      guard try text.string(key) == family.vocabulary.text(of: tokens) else {
        throw text.invalid(key, "does not say what the tokens of \(key) say")
      }
    }
    try text.finish()
  }

  /// Where the statements of the context start; nil when it is not made of whole statements and filler
  /// words.
  private func starts(_ task: some SandboxTask) -> [Int]? {
    let length = family.form.length
    var starts: [Int] = []
    var place = 0
    while place < context.count {
      if SandboxToken.isFiller(context[place]) {
        place += 1
        continue
      }
      guard place + length <= context.count, task.isStatement(context[place..<place + length])
      else { return nil }
      starts.append(place)
      place += length
    }
    return starts
  }
}
