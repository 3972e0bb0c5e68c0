import Experiments
import Synchronization

/// What `sweep` prints when it is done.
struct SweepReport: Encodable {
  var records: String
  var table: String?
  var shard: String
  var count: Int
  var made: Int
  var plan: String

  /// The report as text for people.
  var lines: [String] {
    ["\(records): \(count) records, \(made) of them made now"]
      + (table.map { ["\($0): the same as a table"] } ?? [])
  }
}

/// Counts the cells that are done, as records arrive in any order.
final class CellCounter: Sendable {
  private let left: Mutex<[Int: Int]>
  private let total: Int

  init(
    _ run: SweepRun, _ shard: Shard, pending: [(group: SweepPlan.Group, cells: [Int])]
  ) {
    var left: [Int: Int] = [:]
    for (_, cells) in pending {
      for cell in cells { left[cell, default: 0] += 1 }
    }
    self.left = Mutex(left)
    total = run.plan.cells.count
  }

  /// Takes a record of a cell, and says how many cells are done.
  func finish(_ cell: Int) -> String {
    left.withLock { left in
      if let count = left[cell] { left[cell] = count > 1 ? count - 1 : nil }
      return "\(total - left.count)/\(total) cells"
    }
  }
}
