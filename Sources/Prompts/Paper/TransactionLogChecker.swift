/// Replays a transaction log from its text alone and finds what is wrong with it.
///
/// It knows the rules of bookkeeping and the form of a line, and nothing of how logs are made.
public struct TransactionLogChecker {
  /// A rule that a line breaks.
  public struct Fault: Sendable, Equatable {
    /// The bug type, or in words a defect that no log is to have.
    public var bugType: String
    /// The transaction of the line.
    public var transaction: String
    /// The line, from 0, and the earlier one that it contradicts.
    public var line: Int
    public var contradicted: Int?
  }

  /// All faults, in the order of the lines.
  public private(set) var faults: [Fault] = []
  /// The number of operations.
  public private(set) var operations = 0

  private struct Account {
    var balance: Int
    var before: Int
    var line: Int
  }
  private var accounts: [Substring: Account] = [:]
  private var transactions: [Substring: Int] = [:]

  /// Replays a log; lines that start with `#` are remarks.
  public init(_ log: String) {
    for (number, line) in log.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where !line.hasPrefix("#") {
      read(line, number)
    }
  }

  private mutating func read(_ line: Substring, _ number: Int) {
    let parts = line.split(separator: " ")
    operations += 1
    func fault(_ bugType: String, contradicts other: Int? = nil) {
      faults.append(
        Fault(
          bugType: bugType, transaction: String(parts.first ?? ""), line: number,
          contradicted: other))
    }
    guard parts.count == 7, parts[2] == "deposit" || parts[2] == "withdraw",
      parts[3].hasSuffix(":"), let amount = Int(parts[3].dropLast()), amount > 0,
      let old = Int(parts[4]), parts[5] == "->", let new = Int(parts[6])
    else { return fault("not an operation") }
    if let first = transactions[parts[0]] { fault("DUPLICATE_TXN", contradicts: first) }
    transactions[parts[0]] = number
    if let account = accounts[parts[1]], old != account.balance {
      fault(
        old == account.before ? "LOST_UPDATE" : "a balance from nowhere",
        contradicts: account.line)
    }
    let right = parts[2] == "deposit" ? old + amount : old - amount
    if new != right {
      fault("CALC_ERROR")
    } else if new < 0 {
      fault("NEGATIVE_BAL")
    }
    accounts[parts[1]] = Account(balance: new, before: old, line: number)
  }
}
