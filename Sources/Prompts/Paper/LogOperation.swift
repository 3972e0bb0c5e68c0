import Randomness

/// One line of a transaction log; amounts and balances in whole units of money.
struct LogOperation: Equatable {
  /// 0 ..< 1,000,000.
  var id: Int
  /// Which of the log's accounts.
  var account: Int
  var isDeposit: Bool
  var amount: Int
  var old: Int
  var new: Int

  static let amountLimit = 999
  static let balanceLimit = 9999

  /// An operation that starts from a balance and stays within bounds.
  ///
  /// A balance below zero is made good at once.
  init(id: Int, account: Int, old: Int, _ stream: inout RandomStream) {
    let isDeposit =
      old < 1 || stream.unit() < 0.5 && old <= Self.balanceLimit - Self.amountLimit
    let least = isDeposit ? max(1, -old) : 1
    let most =
      isDeposit ? least + Self.amountLimit - 1 : min(Self.amountLimit, old)
    let amount = least + stream.below(most - least + 1)
    self.init(
      id: id, account: account, isDeposit: isDeposit, amount: amount, old: old,
      new: isDeposit ? old + amount : old - amount)
  }

  /// An operation that ends at a balance and stays within bounds.
  init(id: Int, account: Int, new: Int, _ stream: inout RandomStream) {
    let isDeposit = new > Self.balanceLimit - Self.amountLimit || new > 0 && stream.unit() < 0.5
    let most = isDeposit ? min(Self.amountLimit, new) : Self.amountLimit
    let amount = 1 + stream.below(most)
    self.init(
      id: id, account: account, isDeposit: isDeposit, amount: amount,
      old: isDeposit ? new - amount : new + amount, new: new)
  }

  init(id: Int, account: Int, isDeposit: Bool, amount: Int, old: Int, new: Int) {
    self.id = id
    self.account = account
    self.isDeposit = isDeposit
    self.amount = amount
    self.old = old
    self.new = new
  }

  /// The line, and where in it transaction and account stand, in bytes.
  func line(_ accounts: [Int]) -> (text: String, id: Range<Int>, account: Range<Int>) {
    let name = Self.name(id)
    let account = "ACC-\(accounts[account])"
    let accountStart = name.utf8.count + 1
    return (
      "\(name) \(account) \(isDeposit ? "deposit" : "withdraw") \(amount): \(old) -> \(new)",
      0..<name.utf8.count, accountStart..<accountStart + account.utf8.count
    )
  }

  /// A transaction's name: `TX004213`.
  static func name(_ id: Int) -> String {
    let digits = String(id)
    return "TX" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}

/// The numbers 0 ..< 1,000,000 in an order that looks random: number i of the order can be had alone.
///
/// A Feistel network over 20 bits permutes 0 ..< 2²⁰; what falls outside is sent through it again.
struct ShuffledNumbers {
  static let count = 1_000_000
  private let keys: [UInt64]

  init(_ stream: RandomStream) {
    var stream = stream
    keys = (0..<4).map { _ in stream.next() }
  }

  subscript(place: Int) -> Int {
    precondition(0..<Self.count ~= place, "there are a million numbers")
    var value = UInt64(place)
    repeat {
      var (left, right) = (value >> 10, value & 1023)
      for key in keys {
        (left, right) = (right, left ^ Self.mixed(right &+ key) >> 54)
      }
      value = left << 10 | right
    } while value >= UInt64(Self.count)
    return Int(value)
  }

  /// The finishing steps of SplitMix64: every bit of the result depends on all of the value.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
