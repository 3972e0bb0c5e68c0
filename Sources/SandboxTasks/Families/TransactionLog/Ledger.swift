import Randomness

/// What is wrong with one line of a transaction log.
public enum LedgerAnomaly: String, CaseIterable, Sendable {
  /// The new balance is not what the amount makes of the old one.
  case calculationError = "CALC_ERROR"
  /// More is withdrawn than there is; the balance goes round below zero.
  case negativeBalance = "NEGATIVE_BAL"
  /// The old balance is that from before the account's last operation, whose effect is lost.
  case lostUpdate = "LOST_UPDATE"
  /// The transaction's number is that of an earlier one.
  case duplicateTransaction = "DUPLICATE_TXN"

  /// Whether an earlier line is needed to know that the line is wrong.
  var needsTwoLines: Bool { self == .lostUpdate || self == .duplicateTransaction }

  /// Its word in an answer: `first` … `fourth`, in the order above.
  var token: Int32 { SandboxToken.ordinal(Self.allCases.firstIndex(of: self)!) }

  /// The anomaly of a word in an answer.
  init?(token: Int32) {
    let number = Int(token - SandboxToken.ordinal(0))
    guard Self.allCases.indices.contains(number) else { return nil }
    self = Self.allCases[number]
  }
}

/// One operation of a log, nine tokens: `deposit a b second o three n x y` is the second operation of
/// account (a, b), which takes its balance from o to n = o + 3, as transaction (x, y).
///
/// Balances are 0 … 31, written as the symbol of that number.
struct LedgerLine: Equatable {
  var isDeposit: Bool
  var id: Entity
  var account: Entity
  /// Which operation of its account it is, from 1.
  var number: Int
  var old: Int
  var amount: Int
  var new: Int

  static let form = LineForm(length: 9, key: 1..<3, value: 7..<9)
  /// Where in a line the old and the new balance stand.
  static let oldPlace = 4
  static let newPlace = 6
  /// The most operations of an account, and the greatest amount.
  static let numberLimit = SandboxToken.ordinalCount
  static let amountLimit = 8
  static let balanceCount = SandboxToken.symbolCount

  var tokens: [Int32] {
    [
      isDeposit ? SandboxToken.deposit : SandboxToken.withdraw, account.first, account.second,
      SandboxToken.ordinal(number - 1), SandboxToken.symbol(old), SandboxToken.hops(amount),
      SandboxToken.symbol(new), id.first, id.second,
    ]
  }

  /// The line that nine tokens spell; nil when they spell none.
  init?(_ tokens: ArraySlice<Int32>) {
    let t = Array(tokens)
    let amounts = SandboxToken.hops(1)...SandboxToken.hops(Self.amountLimit)
    let ordinals = SandboxToken.ordinal(0)...SandboxToken.ordinal(Self.numberLimit - 1)
    guard t.count == Self.form.length,
      t[0] == SandboxToken.deposit || t[0] == SandboxToken.withdraw,
      ([t[1], t[2], t[4]] + t[6...]).allSatisfy(SandboxToken.isSymbol),
      ordinals.contains(t[3]), amounts.contains(t[5])
    else { return nil }
    isDeposit = t[0] == SandboxToken.deposit
    account = Entity(symbols: t[1], t[2])
    number = Int(t[3] - SandboxToken.ordinal(0)) + 1
    old = Int(t[4] - SandboxToken.symbol(0))
    amount = Int(t[5] - SandboxToken.hops(1)) + 1
    new = Int(t[6] - SandboxToken.symbol(0))
    id = Entity(symbols: t[7], t[8])
  }

  /// An operation that takes a balance to another one within bounds, all such equally likely.
  init(id: Entity, account: Entity, number: Int, old: Int, _ stream: inout RandomStream) {
    (self.id, self.account, self.number, self.old) = (id, account, number, old)
    let deposits = min(Self.amountLimit, Self.balanceCount - 1 - old)
    let drawn = stream.below(deposits + min(Self.amountLimit, old))
    isDeposit = drawn < deposits
    amount = isDeposit ? drawn + 1 : drawn - deposits + 1
    new = isDeposit ? old + amount : old - amount
  }
}

/// The lines of a log, in the order in which longer logs take them up.
///
/// Each line has a coordinate in 0 … 1, and a log shows its lines in the order of their coordinates.
/// The operations of an account have ascending coordinates and are taken up in that order, so every
/// log that takes up the first lines of the growth order is consistent, and is a subsequence of the
/// longer ones.
struct LedgerGrowth {
  struct Entry {
    var line: LedgerLine
    var coordinate: Double
    /// What is wrong with the line.
    var anomaly: LedgerAnomaly?
    /// Its number among the gold lines: 0 for the anomalous one, 1 for the one it contradicts.
    var hop: Int?
  }

  private(set) var entries: [Entry] = []
  private var ids = EntitySet()
  private var accounts = EntitySet()
  private var idStream: RandomStream

  /// The most lines of a log: each has a number of its own.
  static let limit = Entity.count
  /// The most lines that an anomaly brings with it.
  static let anomalyLines = 4

  init(_ random: RandomStream) { idStream = random.child("ids") }

  /// The lines' places in `entries` in the order in which the log shows them.
  var order: [Int] {
    entries.indices.sorted { (entries[$0].coordinate, $0) < (entries[$1].coordinate, $1) }
  }

  /// Takes up an anomalous line with the earlier operations of its account and, for a duplicate, the
  /// line whose number it repeats: at most `most` lines, of which a lost update and a duplicate
  /// need two.
  mutating func add(
    _ anomaly: LedgerAnomaly, depth: Double?, most: Int = anomalyLines,
    _ stream: inout RandomStream
  ) {
    let place = depth ?? stream.unit()
    var most = most
    var duplicated: Entity?
    if anomaly == .duplicateTransaction {
      let account = accounts.insertRandom(&stream)
      let line = LedgerLine(
        id: ids.insertRandom(&idStream), account: account, number: 1,
        old: stream.below(LedgerLine.balanceCount), &stream)
      entries.append(Entry(line: line, coordinate: place * stream.unit(), hop: 1))
      duplicated = line.id
      most -= 1
    }
    let least = anomaly == .lostUpdate ? 2 : 1
    precondition(most >= least, "a lost update and a duplicate need two lines")
    let account = accounts.insertRandom(&stream)
    let count = least + stream.below(min(3, most - least + 1))
    let coordinates = (1..<count).map { _ in place * stream.unit() }.sorted()
    var lines = Self.operations(of: account, count: count, before: anomaly, &stream)
    for number in lines.indices {
      lines[number].id =
        number + 1 == count && duplicated != nil ? duplicated! : ids.insertRandom(&idStream)
    }
    Self.spoil(&lines, anomaly, &stream)
    for (number, line) in lines.enumerated() {
      let isLast = number + 1 == count
      entries.append(
        Entry(
          line: line, coordinate: isLast ? place : coordinates[number],
          anomaly: isLast ? anomaly : nil,
          hop: isLast ? 0 : anomaly == .lostUpdate && number + 2 == count ? 1 : nil))
    }
  }

  /// Takes up the operations of a further account, at most `most` of them.
  mutating func addAccount(rehearsal: Double, most: Int, _ stream: inout RandomStream) {
    var count = 1
    while count < LedgerLine.numberLimit, stream.unit() < rehearsal { count += 1 }
    let coordinates = (0..<count).map { _ in stream.unit() }.sorted()
    let lines = Self.operations(
      of: accounts.insertRandom(&stream), count: count, before: nil, &stream)
    for (line, coordinate) in zip(lines, coordinates).prefix(most) {
      var line = line
      line.id = ids.insertRandom(&idStream)
      entries.append(Entry(line: line, coordinate: coordinate))
    }
  }

  /// Correct operations of an account; numbers of transactions are still to be given.
  private static func operations(
    of account: Entity, count: Int, before anomaly: LedgerAnomaly?, _ stream: inout RandomStream
  ) -> [LedgerLine] {
    while true {
      var lines: [LedgerLine] = []
      for number in 1...count {
        let old = lines.last?.new ?? stream.below(LedgerLine.balanceCount)
        lines.append(
          LedgerLine(id: account, account: account, number: number, old: old, &stream))
      }
      // Only what is small can be overdrawn.
      if anomaly != .negativeBalance || lines[count - 1].old < LedgerLine.amountLimit {
        return lines
      }
    }
  }

  /// Makes the last line wrong.
  private static func spoil(
    _ lines: inout [LedgerLine], _ anomaly: LedgerAnomaly, _ stream: inout RandomStream
  ) {
    let last = lines.count - 1
    let count = LedgerLine.balanceCount
    switch anomaly {
    case .calculationError:
      let (old, amount) = (lines[last].old, lines[last].amount)
      let excluded = [(old + amount) % count, (old + count - amount) % count]
      let others = (0..<count).filter { !excluded.contains($0) }
      lines[last].new = others[stream.below(others.count)]
    case .negativeBalance:
      let old = lines[last].old
      lines[last].isDeposit = false
      lines[last].amount = old + 1 + stream.below(LedgerLine.amountLimit - old)
      lines[last].new = old - lines[last].amount + count
    case .lostUpdate:
      let line = lines[last]
      lines[last] = LedgerLine(
        id: line.id, account: line.account, number: line.number, old: lines[last - 1].old, &stream)
    case .duplicateTransaction: break
    }
  }
}
