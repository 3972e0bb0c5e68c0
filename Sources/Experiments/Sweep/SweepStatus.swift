import DataFiles
import Foundation
import Runs

/// How far a sweep, or a shard of one, is.
public struct SweepStatus: Encodable, Sendable {
  struct Cell: Encodable, Sendable {
    var task: String
    var length: Int
    var rotary: Bool
    var method: String
    var done: Int
    var total: Int
  }

  var folder: String
  var part: String?
  var shard: String
  var state: RunState
  var done: Int
  var total: Int
  var cells: [Cell]
  /// Who is at work.
  var process: Int?
  var host: String?
  /// Records a second since the process at work began; nil where nobody is.
  var recordsPerSecond: Double?
  var secondsLeft: Double?
  /// When the last record came.
  var lastRecord: String?
  /// The command that goes on.
  var command: String?
  private let isWhole: Bool
  private let pace: RunPace

  private enum CodingKeys: String, CodingKey {
    case folder, part, shard, state, done, total, cells, process, host, recordsPerSecond
    case secondsLeft, lastRecord, command
  }

  /// Reads what stands in a folder.
  ///
  /// - Throws: `SweepError`, `FileSystemError`, `JSONError`.
  public init(_ folder: SweepFolder, _ shard: Shard) throws {
    let path = folder.provenance(shard)
    let provenance = try SweepProvenance(path)
    guard let plan = try provenance.plan(), plan.hash == provenance.planHash else {
      throw SweepError.editedProvenance(file: path)
    }
    self.folder = folder.path
    part = provenance.part
    self.shard = shard.description
    isWhole = shard.isWhole
    var totals = [Int](repeating: 0, count: plan.cells.count)
    for group in plan.groups(shard) {
      for cell in group.cells { totals[cell] += 1 }
    }
    let log = folder.records(shard)
    let source = FileSystem.exists(log) ? log : folder.results
    let counts = try Self.count(source, plan)
    cells = plan.cells.enumerated().map { number, cell in
      Cell(
        task: cell.task.label, length: cell.length, rotary: cell.rotary,
        method: cell.method.label, done: min(counts[number], totals[number]),
        total: totals[number])
    }
    done = cells.reduce(0) { $0 + $1.done }
    total = cells.reduce(0) { $0 + $1.total }
    pace = RunPace(
      folder.run(shard).holder, done: done, total: total,
      isFinished: done == total && (!shard.isWhole || FileSystem.exists(folder.results)))
    (state, process, host) = (pace.state, pace.process, pace.host)
    (recordsPerSecond, secondsLeft) = (pace.rate, pace.secondsLeft)
    lastRecord = FileSystem.lastWritten(source).map(RunPace.text)
    if state == .stopped {
      command = ShellWords.line(
        try StoredProvenance(path, version: SweepSpec.formatVersion).command)
    }
  }

  /// The records of each cell; a half-written last line is none.
  private static func count(_ path: String, _ plan: SweepPlan) throws -> [Int] {
    var numbers: [SweepRecord.Identity: Int] = [:]
    for cell in plan.cells.indices {
      numbers[plan.identity(SweepPlan.Item(cell: cell, index: 0))] = cell
    }
    var counts = [Int](repeating: 0, count: plan.cells.count)
    try SweepLog.look(path) { _, record in
      var identity = record.identity
      identity.index = 0
      if let number = numbers[identity] { counts[number] += 1 }
    }
    return counts
  }

  /// The status for people.
  public var lines: [String] {
    let head =
      "Sweep \(folder)\(isWhole ? "" : ", shard \(shard)"): \(done) of \(total) records, "
      + "\(cells.count { $0.done >= $0.total }) of \(cells.count) cells"
    let stop =
      (lastRecord.map { " at \($0)" } ?? " before the first record")
      + (done == total ? "\n  all records are there; the final files are not" : "")
    return [head] + pace.lines(unit: "records", stop: stop, command: command) + table
  }

  /// A line for each cell; cells of one task and length that are equally far share one.
  private var table: [String] {
    var table = TextTable(
      columns: [.left("task"), .right("T"), .left("method"), .right("records")])
    var first = 0
    while first < cells.count {
      let cell = cells[first]
      let same = cells[first...].prefix {
        ($0.task, $0.length, $0.rotary) == (cell.task, cell.length, cell.rotary)
      }
      let task = cell.task + (cell.rotary ? "" : ", rotary off")
      if same.count > 1, Set(same.map(\.done)).count == 1, Set(same.map(\.total)).count == 1 {
        table.rows.append(
          [task, "\(cell.length)", "all \(same.count) methods", "\(cell.done)/\(cell.total) each"])
      } else {
        for own in same {
          table.rows.append([task, "\(own.length)", own.method, "\(own.done)/\(own.total)"])
        }
      }
      first += same.count
    }
    return table.lines(indent: "  ")
  }
}
