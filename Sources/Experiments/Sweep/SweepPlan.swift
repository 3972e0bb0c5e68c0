import DataFiles
import Runs
import SandboxTasks

/// The grid of a sweep on one checkpoint: cells, and what each record is known by.
public struct SweepPlan: Sendable {
  /// One combination of task, length, positions and method.
  public struct Cell: Sendable, Equatable {
    public let task: SweepTask
    public let length: Int
    /// Whether positions are rotated.
    public let rotary: Bool
    public let method: SweepMethod

    /// What instances are made of.
    public var settings: TaskSettings { task.settings(length: length) }
  }

  /// An instance as it is read once for several cells: those that differ in their method alone.
  public struct Group: Sendable, Hashable {
    /// The cells, by number.
    public let cells: Range<Int>
    /// The number of the instance.
    public let index: Int
  }

  /// A record to come: a cell and an instance.
  public struct Item: Sendable, Hashable {
    /// The number of the cell.
    public let cell: Int
    /// The number of the instance.
    public let index: Int
  }

  public let spec: SweepSpec
  /// The hash of the checkpoint.
  public let modelHash: String
  /// In grid order: tasks vary slowest, then rotary, lengths and methods.
  public let cells: [Cell]
  /// What the sweep is known by: two runs of one hash have the same records.
  public let hash: String

  /// Expands the grid of a spec.
  ///
  /// - Parameter modelHash: as `Self.hash(of:)` says.
  public init(_ spec: SweepSpec, modelHash: String) {
    self.spec = spec
    self.modelHash = modelHash
    var cells: [Cell] = []
    for task in spec.tasks {
      for rotary in spec.rotary {
        for length in spec.lengths {
          for method in spec.methods {
            cells.append(Cell(task: task, length: length, rotary: rotary, method: method))
          }
        }
      }
    }
    self.cells = cells
    hash = Self.hash(of: cells, spec, modelHash)
  }

  /// All records, in the order of the final files: cell by cell, in it by instance.
  public var itemCount: Int { cells.count * spec.count }

  /// The groups that a shard does, in the order in which they are worked off.
  public func groups(_ shard: Shard = .whole) -> [Group] {
    let size = spec.methods.count
    return stride(from: 0, to: cells.count, by: size).flatMap { first in
      (0..<spec.count).compactMap { index in
        let group = Group(cells: first..<first + size, index: index)
        return shard.isWhole || self.shard(group, of: shard.count) == shard ? group : nil
      }
    }
  }

  /// The shard of a count that does a group.
  public func shard(_ group: Group, of count: Int) -> Shard {
    Shard.taking(groupHash(group), of: count)
  }

  /// The hash of everything that decides a record: the checkpoint, the instance and the method.
  public func key(_ item: Item) -> String {
    let cell = cells[item.cell]
    return SHA256.hex(
      of: Self.text { json in
        try writeInstance(cell, item.index, to: &json)
        try json.object("method") { try cell.method.choice.writeIdentity(to: &$0) }
      })
  }

  /// What decides the shard: all that an instance's prefill depends on, so that it is done once.
  private func groupHash(_ group: Group) -> [UInt8] {
    var hash = SHA256()
    hash.update(
      Array(
        Self.text { try writeInstance(cells[group.cells.lowerBound], group.index, to: &$0) }.utf8))
    return hash.digest()
  }

  private func writeInstance(
    _ cell: Cell, _ index: Int, to json: inout JSONWriter
  ) throws {
    json.member("version", SweepSpec.formatVersion)
    json.member("model", modelHash)
    try json.object("settings") { try cell.settings.writeIdentity(to: &$0) }
    Self.writeText(cell, to: &json)
    json.member("split", spec.split.rawValue)
    json.member("seed", spec.seed)
    json.member("index", index)
    json.member("rotary", cell.rotary)
    Self.writePrecision(spec, to: &json)
    Self.writeInstruments(spec, to: &json)
  }

  /// Left out where none is asked for, for the same reason.
  private static func writeInstruments(_ spec: SweepSpec, to json: inout JSONWriter) {
    if !spec.instruments.isEmpty { json.member("instruments", strings: spec.instruments) }
  }

  /// Left out where it is the usual one, so that what was computed before there was a choice keeps its
  /// keys.
  private static func writePrecision(_ spec: SweepSpec, to json: inout JSONWriter) {
    if spec.keyValuePrecision == .float32 { return }
    json.member("kv_precision", spec.keyValuePrecision.rawValue)
  }

  /// Left out where a task is in the sandbox's tokens, for the same reason.
  private static func writeText(_ cell: Cell, to json: inout JSONWriter) {
    guard let text = cell.task.text else { return }
    json.object("text") { text.writeIdentity(to: &$0) }
  }

  private static func hash(of cells: [Cell], _ spec: SweepSpec, _ modelHash: String) -> String {
    SHA256.hex(
      of: text { json in
        json.member("version", SweepSpec.formatVersion)
        json.member("model", modelHash)
        json.member("split", spec.split.rawValue)
        json.member("seed", spec.seed)
        json.member("count", spec.count)
        writePrecision(spec, to: &json)
        writeInstruments(spec, to: &json)
        try json.array("cells") { json in
          for cell in cells {
            try json.object { json in
              json.member("task_label", cell.task.label)
              json.member("label", cell.method.label)
              json.member("rotary", cell.rotary)
              try json.object("settings") { try cell.settings.writeIdentity(to: &$0) }
              writeText(cell, to: &json)
              try json.object("method") { try cell.method.choice.writeIdentity(to: &$0) }
            }
          }
        }
      })
  }

  /// The canonical text of an object of settings, all of whose numbers are finite.
  private static func text(_ body: (inout JSONWriter) throws -> Void) -> String {
    var json = JSONWriter()
    do {
      try json.object(body)
    } catch {
      preconditionFailure("settings are finite: \(error)")
    }
    return json.text
  }

  /// The hash of a checkpoint: of the names and contents of its files.
  public static func hash(of files: [HashedFile]) -> String {
    SHA256.hex(
      of: files.map { file in
        let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
        return "\(name) \(file.sha256)\n"
      }.joined())
  }
}

extension SweepPlan {
  /// The keys of all records.
  public var keys: Set<String> {
    Set(
      cells.indices.flatMap { cell in
        (0..<spec.count).map { key(Item(cell: cell, index: $0)) }
      })
  }
}
