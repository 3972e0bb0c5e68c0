/// A line of a log or of code as a sentence.
struct LineStatement {
  var text: String
  /// Parts of the text, in characters.
  var key: Range<Int>
  var value: Range<Int>

  /// The statement that the first tokens spell; nil for a family of other facts.
  init?(_ family: TaskFamily, _ tokens: ArraySlice<Int32>) {
    let form = family.form
    guard tokens.count >= form.length else { return nil }
    switch family {
    case .keyValue, .needle, .multiHop: return nil
    case .transactionLog:
      guard let line = LedgerLine(tokens.prefix(form.length)) else { return nil }
      let name = Self.name(line.account)
      let verb = line.isDeposit ? "deposits" : "withdraws"
      self.init(
        before: "Transaction ", value: Self.name(line.id),
        between: " \(verb) \(line.amount) as operation \(line.number) of account ", key: name,
        after: ", whose balance goes from \(line.old) to \(line.new).")
    case .codeBug:
      guard let line = CodeLine(tokens.prefix(form.length)) else { return nil }
      let place = Self.place(line.tokens[form.value])
      self.init(
        before: "", value: place, between: line.isDefinition ? " defines " : " calls ",
        key: Self.name(line.function),
        after: " with \(EnglishWording.list(Self.words(line.operands))).")
    }
  }

  private init(before: String, value: String, between: String, key: String, after: String) {
    text = before + value + between + key + after
    let valueStart = before.utf8.count
    self.value = valueStart..<valueStart + value.utf8.count
    let keyStart = self.value.upperBound + between.utf8.count
    self.key = keyStart..<keyStart + key.utf8.count
  }

  /// File and line: `amber-birch:4`. Lines are counted from 1.
  static func place(_ tokens: some Collection<Int32>) -> String {
    let tokens = Array(tokens)
    return "\(EnglishWording.name(tokens.prefix(2))):\(tokens[2] - SandboxToken.symbol(0) + 1)"
  }

  private static func name(_ entity: Entity) -> String {
    EnglishWording.name([entity.first, entity.second])
  }

  private static func words(_ entity: Entity) -> [String] {
    [entity.first, entity.second].map { EnglishWording.name([$0]) }
  }
}

extension EnglishRendering {
  /// Appends a line's sentence and says where its parts stand, in characters.
  mutating func append(
    _ line: LineStatement
  ) -> (span: Range<Int>, key: Range<Int>, value: Range<Int>) {
    let start = input.utf8.count
    input += line.text
    return (
      start..<input.utf8.count, start + line.key.lowerBound..<start + line.key.upperBound,
      start + line.value.lowerBound..<start + line.value.upperBound
    )
  }
}

extension EnglishWording {
  static let transactionLog = EnglishWording(
    introduction:
      "Below is a log of operations on accounts. Exactly one of its lines is wrong: its "
      + "new balance is not what the amount makes of the old one (CALC_ERROR), more is withdrawn "
      + "than there is (NEGATIVE_BAL), it starts from a balance that an earlier operation has "
      + "changed (LOST_UPDATE), or its transaction has been there before (DUPLICATE_TXN).",
    sentences: [:],
    question: "What is wrong in the log above, and with which transaction?",
    answerPrefix: " The kind of error and the transaction are")

  static let codeBug = EnglishWording(
    introduction:
      "Below are the files of a program, line by line. A function must be called with the "
      + "words of its definition, in the same order. Exactly one call is wrong.",
    sentences: [:],
    question: "In which file and line is the wrong call?",
    answerPrefix: " The wrong call is in")
}
