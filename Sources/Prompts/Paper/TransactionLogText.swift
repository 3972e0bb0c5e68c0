import Randomness
import SandboxTasks

/// What every transaction log of a set is made of.
public struct TransactionLogSettings: Sendable, Equatable {
  /// m, the accounts in use, 2 … 1000.
  public var accounts: Int
  /// Where the wrong line stands, as a share of the log in 0 … 1; nil draws it.
  public var depth: Double?
  /// What is wrong; nil draws it.
  public var anomaly: LedgerAnomaly?

  /// Six accounts, and anything wrong anywhere, by default.
  public init(accounts: Int = 6, depth: Double? = nil, anomaly: LedgerAnomaly? = nil) {
    self.accounts = accounts
    self.depth = depth
    self.anomaly = anomaly
  }
}

/// A transaction log with exactly one wrong line, as text, in any number of lines.
///
/// The log goes on for ever in both directions from its wrong line: backwards each operation leads up
/// to the balances that the next ones start from, forwards each starts from what the last ones left.
/// A log of n lines is the window of n lines that has the wrong one at its depth. Every such window
/// with the contradicted line in it is consistent but for the wrong line, and a smaller window lies
/// inside every larger one, so a needle is fixed while its haystack grows.
public struct TransactionLogText: Sendable {
  public let settings: TransactionLogSettings
  public let seed: UInt64
  public let split: Split
  public let index: Int
  /// What is wrong.
  public let anomaly: LedgerAnomaly

  private let random: RandomStream
  private let ids: ShuffledNumbers
  private let accountNumbers: [Int]
  private let depth: Double
  /// The wrong line and those before it from the contradicted one on, and the balances around them.
  private let core: [LogOperation]
  private let balancesBefore: [Int]
  private let balancesAfter: [Int]

  /// The most lines of a log.
  public static let lineLimit = ShuffledNumbers.count / 2 - 16

  /// Log number `index`, from 0: a function of settings, seed, split and index alone.
  public init(
    _ settings: TransactionLogSettings, seed: UInt64, split: Split = .test, index: Int
  ) {
    precondition(2...1000 ~= settings.accounts, "a log has 2 … 1000 accounts")
    precondition(index >= 0, "items are numbered from 0")
    self.settings = settings
    self.seed = seed
    self.split = split
    self.index = index
    random = RandomStream(seed: seed, label: "paper tasks")
      .child("transaction-log").child(split.rawValue).child(index)
    ids = ShuffledNumbers(random.child("ids"))
    var draws = random.child("needle")
    accountNumbers = draws.choose(settings.accounts, outOf: 9000).map { $0 + 1000 }
    let kinds = LedgerAnomaly.allCases
    let drawn = kinds[draws.below(kinds.count)]
    anomaly = settings.anomaly ?? drawn
    let anyDepth = draws.unit()
    depth = settings.depth ?? anyDepth
    let needle = Needle(anomaly, accounts: settings.accounts, ids: ids, &draws)
    core = needle.lines
    balancesBefore = needle.before
    balancesAfter = needle.after
  }

  /// A number of lines that every log can have.
  public static let leastLineLimit = Needle.distance + 2

  /// The least number of lines: the wrong one and those from the contradicted one on.
  public var leastLines: Int { core.count }

  /// The transaction of the wrong line.
  public var transaction: String { LogOperation.name(core[core.count - 1].id) }

  /// The log in a number of lines, `leastLines` … `lineLimit`.
  ///
  /// - Parameter padding: words for a line of remarks before the first operation; none if empty.
  /// - Complexity: O(lines).
  public func item(size count: Int, padding: String) -> TextItem {
    precondition(leastLines...Self.lineLimit ~= count, "a log has \(leastLines) lines or more")
    // Both sides grow with the number of lines.
    let before = max(core.count - 1, Int(depth * Double(count - 1)))
    var lines: [LogOperation] = backwards(before - (core.count - 1)).reversed()
    lines += core
    lines += forwards(count - 1 - before)

    var context = ContextText()
    if !padding.isEmpty { context.append("# \(padding)") }
    for (place, operation) in lines.enumerated() {
      let line = operation.line(accountNumbers)
      let hop = place == before ? 0 : place == before - core.count + 1 ? 1 : nil
      if let hop {
        context.append(line.text, hop: hop, key: line.account, value: line.id)
      } else {
        context.append(line.text)
      }
    }
    return TextItem(
      introduction: Self.introduction, context: context.text, question: Self.question,
      answerPrefix: " {\"bug_type\": \"",
      answer: "\(anomaly.rawValue)\", \"tx_id\": \"\(transaction)\"}",
      outputs: [anomaly.rawValue, transaction], gold: context.gold)
  }

  /// Operations before the core, the latest first.
  private func backwards(_ count: Int) -> [LogOperation] {
    var stream = random.child("before")
    var balances = balancesBefore
    return (0..<count).map { number in
      let account = stream.below(balances.count)
      let id = ids[ShuffledNumbers.count / 2 - 16 - number]
      let operation = LogOperation(id: id, account: account, new: balances[account], &stream)
      balances[account] = operation.old
      return operation
    }
  }

  /// Operations after the wrong line.
  private func forwards(_ count: Int) -> [LogOperation] {
    var stream = random.child("after")
    var balances = balancesAfter
    return (0..<count).map { number in
      let account = stream.below(balances.count)
      let id = ids[ShuffledNumbers.count / 2 + 1 + number]
      let operation = LogOperation(id: id, account: account, old: balances[account], &stream)
      balances[account] = operation.new
      return operation
    }
  }

  static let introduction = """
    Below is a log of operations on bank accounts. Each line names a transaction, its account, the \
    operation with its amount, and the balance of the account before and after it. Exactly one line is \
    wrong, in one of four ways: CALC_ERROR (the balance after it is not what the operation makes of \
    the balance before), NEGATIVE_BAL (more is withdrawn than the account holds), LOST_UPDATE (it \
    starts from the balance that the account had before its last operation, whose effect is lost), \
    DUPLICATE_TXN (a transaction of that name has been there before).
    """

  static let question = """
    Which line of the log above is wrong, and how? Answer with one JSON object that has the members \
    "bug_type" and "tx_id".
    """
}

/// The wrong line of a log with what it contradicts.
private struct Needle {
  /// From the contradicted line, or the wrong one where it contradicts none, to the wrong line.
  var lines: [LogOperation] = []
  /// The balances before the first of these lines and after the last one.
  var before: [Int]
  var after: [Int]

  /// The most lines between the contradicted line and the wrong one.
  static let distance = 4

  init(
    _ anomaly: LedgerAnomaly, accounts: Int, ids: ShuffledNumbers, _ stream: inout RandomStream
  ) {
    let middle = ShuffledNumbers.count / 2
    let victim = stream.below(accounts)
    before = (0..<accounts).map { _ in 500 + stream.below(9000) }
    if anomaly == .negativeBalance { before[victim] = stream.below(LogOperation.amountLimit) }
    after = before

    var contradicted: LogOperation?
    if anomaly == .lostUpdate || anomaly == .duplicateTransaction {
      let between = stream.below(Self.distance + 1)
      let first = LogOperation(
        id: ids[middle - between - 1], account: victim, old: before[victim], &stream)
      contradicted = first
      lines.append(first)
      after[victim] = first.new
      for place in 0..<between {
        let other = (victim + 1 + stream.below(accounts - 1)) % accounts
        let line = LogOperation(
          id: ids[middle - between + place], account: other, old: after[other], &stream)
        lines.append(line)
        after[other] = line.new
      }
    }
    var wrong = LogOperation(id: ids[middle], account: victim, old: after[victim], &stream)
    switch anomaly {
    case .calculationError:
      let others = [wrong.old + wrong.amount, wrong.old - wrong.amount]
      let right = wrong.new
      repeat {
        let slip = [1, 9, 10, 90, 100, 1 + stream.below(99)][stream.below(6)]
        wrong.new = right + (stream.next() & 1 == 0 ? slip : -slip)
      } while wrong.new < 0 || others.contains(wrong.new)
    case .negativeBalance:
      wrong.isDeposit = false
      wrong.amount = wrong.old + 1 + stream.below(LogOperation.amountLimit - wrong.old)
      wrong.new = wrong.old - wrong.amount
    case .lostUpdate:
      wrong = LogOperation(id: wrong.id, account: victim, old: before[victim], &stream)
    case .duplicateTransaction:
      guard let contradicted else { preconditionFailure("a duplicate has an original") }
      // The same transaction once more, from the balance that it has left; where that is not enough
      // for another withdrawal, the account is given more to begin with.
      let shortfall = max(0, contradicted.amount - contradicted.new)
      if !contradicted.isDeposit && shortfall > 0 {
        before[victim] += shortfall
        lines[0].old += shortfall
        lines[0].new += shortfall
        after[victim] += shortfall
      }
      let old = after[victim]
      wrong = contradicted
      wrong.old = old
      wrong.new = contradicted.isDeposit ? old + wrong.amount : old - wrong.amount
    }
    lines.append(wrong)
    after[victim] = wrong.new
  }
}
