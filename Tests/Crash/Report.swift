/// What came out for a subcommand.
struct Report {
  /// How often something was tried, and how often it went as it should.
  struct Count {
    var tried = 0
    var good = 0

    var text: String { tried == 0 ? "–" : good == tried ? "\(tried)" : "\(good) of \(tried)" }

    mutating func add(_ isGood: Bool) {
      tried += 1
      if isGood { good += 1 }
    }
  }

  let name: String
  /// Runs that were killed, and whether no file was torn by it and no record lost or doubled.
  var kills = Count()
  /// Runs that went on behind kills, and whether they ended like an undisturbed one.
  var resumed = Count()
  var fullDisk = Count()
  var readOnly = Count()
  var vanished = Count()
  var second = Count()
  /// One sentence for each failure.
  var failures: [String] = []

  static let columns = [
    "subcommand", "kills survived whole", "resumed identical", "full disk", "read-only", "vanished",
    "two at once",
  ]

  private var cells: [String] {
    [name] + [kills, resumed, fullDisk, readOnly, vanished, second].map(\.text)
  }

  var row: String { "| " + cells.joined(separator: " | ") + " |" }

  static func table(_ reports: [Report]) -> String {
    let rule = "|" + columns.map { _ in "---|" }.joined()
    return (["| " + columns.joined(separator: " | ") + " |", rule] + reports.map(\.row))
      .joined(separator: "\n")
  }
}
