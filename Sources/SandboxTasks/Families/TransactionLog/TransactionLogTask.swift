import DataFiles
import Randomness

/// Transaction log: lines `deposit a b second o three n x y`, of which exactly one is anomalous; the
/// question `?` asks for its kind and the number of its transaction, `third x y`.
public struct TransactionLogTask: SandboxTask {
  /// What is wrong with one line; nil draws it.
  public var anomaly: LedgerAnomaly?

  static let name = "transaction-log"
  static let form = LedgerLine.form
  /// Every line has a number of its own.
  static let lengthLimit = LedgerLine.form.length * LedgerGrowth.limit
  static let hasPaperText = true

  static let settings: [Setting<TransactionLogTask>] = [
    Setting(
      "anomaly", \.anomaly, help: "What is wrong with one line; drawn when not given."
    ).shown(as: "KIND")
  ]

  /// Any anomaly, by default.
  public init(anomaly: LedgerAnomaly?) { self.anomaly = anomaly }

  public init() { self.init(anomaly: nil) }

  /// The most lines that the wrong one brings with it.
  var needleCount: Int { LedgerGrowth.anomalyLines }
  var goldCounts: ClosedRange<Int> { 1...2 }

  func isStatement(_ tokens: ArraySlice<Int32>) -> Bool { LedgerLine(tokens) != nil }

  func draft(_ settings: TaskSettings, _ random: RandomStream) -> TaskDraft {
    var draws = random.child("needles")
    let kinds = LedgerAnomaly.allCases
    let drawn = kinds[draws.below(kinds.count)]
    let anomaly = self.anomaly ?? drawn
    var growth = LedgerGrowth(random)
    growth.add(anomaly, depth: settings.depth, &draws)
    var accounts = random.child("accounts")
    let count = settings.length / LedgerLine.form.length
    while growth.entries.count < count {
      growth.addAccount(
        rehearsal: settings.rehearsal, most: count - growth.entries.count, &accounts)
    }

    var writer = LineWriter(settings, random)
    var id: Entity?
    for place in growth.order {
      let entry = growth.entries[place]
      writer.write(entry.line.tokens, hop: entry.hop)
      if entry.anomaly != nil { id = entry.line.id }
    }
    guard let id else { preconditionFailure("a log has an anomaly") }
    var draft = TaskDraft(writer)
    draft.question = [SandboxToken.question]
    draft.appendAnswer(anomaly.token)
    draft.appendAnswer(id, isValue: true)
    draft.trace = draft.answer + draft.question
    return draft
  }

  /// The wrong line itself, the first fact, says what is asked.
  func answerHops(_ instance: TaskInstance) -> [ClosedRange<Int>] {
    instance.answer.map { _ in 0...0 }
  }

  func english(_ instance: TaskInstance) -> EnglishWording {
    EnglishWording(
      introduction:
        "Below is a log of operations on accounts. Exactly one of its lines is wrong: its "
        + "new balance is not what the amount makes of the old one (CALC_ERROR), more is withdrawn "
        + "than there is (NEGATIVE_BAL), it starts from a balance that an earlier operation has "
        + "changed (LOST_UPDATE), or its transaction has been there before (DUPLICATE_TXN).",
      sentence: Self.sentence,
      question: "What is wrong in the log above, and with which transaction?",
      answerPrefix: " The kind of error and the transaction are",
      outputs: [
        LedgerAnomaly(token: instance.answer[0])?.rawValue ?? "",
        EnglishWording.name(instance.answer.dropFirst()),
      ])
  }

  private static func sentence(_ statement: ArraySlice<Int32>) -> EnglishSentence {
    guard let line = LedgerLine(statement) else {
      preconditionFailure("a log is made of its lines")
    }
    return EnglishSentence(
      "Transaction ", .value(line.id.name),
      .words(" \(line.isDeposit ? "deposits" : "withdraws") \(line.amount) as operation "),
      .words("\(line.number) of account "), .key(line.account.name),
      ", whose balance goes from \(line.old) to \(line.new).")
  }
}

extension TaskFamily {
  public static let transactionLog = TaskFamily(TransactionLogTask.self)
}

extension TaskShape {
  public static func transactionLog(_ task: TransactionLogTask) -> TaskShape { TaskShape(task) }
}
