import Randomness

/// Transaction log: lines `deposit a b second o three n x y`, of which exactly one is anomalous; the
/// question `?` asks for its kind and the number of its transaction, `third x y`.
extension TaskDraft {
  static func transactionLog(
    _ settings: TaskSettings, _ shape: TransactionLogShape, _ random: RandomStream
  ) -> TaskDraft {
    var draws = random.child("needles")
    let kinds = LedgerAnomaly.allCases
    let drawn = kinds[draws.below(kinds.count)]
    let anomaly = shape.anomaly ?? drawn
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
}

/// Writes the statements of a form one behind the other and notes where the gold ones stand.
struct LineWriter {
  private(set) var context: [Int32] = []
  private(set) var gold: [GoldFact] = []
  private let form: LineForm

  /// Starts with the filler words that the length leaves over.
  init(_ settings: TaskSettings, _ random: RandomStream) {
    form = settings.family.form
    context.reserveCapacity(settings.length)
    var words = FillerWords(.noise, stream: random.child("padding"))
    for _ in 0..<settings.length % form.length { context.append(words.next()) }
  }

  mutating func write(_ tokens: [Int32], hop: Int?) {
    if let hop { gold.append(GoldFact(hop: hop, at: context.count, form)) }
    context += tokens
    gold.sort { $0.hop < $1.hop }
  }
}
