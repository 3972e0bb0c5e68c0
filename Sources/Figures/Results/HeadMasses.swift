import DataFiles
import Experiments
import Foundation
import Runs

/// Target mass by layer and head, averaged over instances.
struct HeadMasses {
  private(set) var count = 0
  private(set) var layers = 0
  private(set) var heads = 0
  /// Sums over instances, `[L, H]`.
  private var sums: [Double] = []

  /// Adds an instance.
  ///
  /// - Parameter mass: `[L, H]`.
  /// - Returns: whether it has the shape of those before it.
  @discardableResult
  mutating func add(layers: Int, heads: Int, mass: [Double]) -> Bool {
    if count == 0 {
      (self.layers, self.heads) = (layers, heads)
      sums = Array(repeating: 0, count: layers * heads)
    }
    guard (layers, heads) == (self.layers, self.heads), mass.count == sums.count else {
      return false
    }
    count += 1
    for place in sums.indices { sums[place] += mass[place] }
    return true
  }

  /// The means, layer by layer.
  var rows: [[Double]] {
    (0..<layers).map { layer in
      (0..<heads).map { sums[layer * heads + $0] / Double(count) }
    }
  }
}

extension HeadMasses {
  /// Those of a sweep, from the records beside its table.
  ///
  /// - Parameter steps: of each method that is shown, by its label.
  /// - Returns: one for each number of steps.
  /// - Throws: what reading throws, `FigureError.notEnough`.
  static func sweep(
    _ selection: RunSelection, steps: [String: Double], task: String, length: Int
  ) throws -> [Double: HeadMasses] {
    let rotated = selection.rows.contains { $0.rotary }
    let file = try beside(selection.table, "results.jsonl", madeBy: .sweep)
    // The steps of a panel are those of one method, whose instances count once each.
    var methods: [Double: (label: String, members: [RecordCell.Member])] = [:]
    var masses: [Double: HeadMasses] = [:]
    try SweepLog.forEach(file) { line, record in
      let identity = record.identity
      guard identity.taskLabel == task, identity.length == length, identity.rotary == rotated,
        let count = steps[identity.methodLabel], let sites = record.sites
      else { return }
      let setting = RecordCell.Setting("method", identity.methodLabel)
      methods[count, default: (identity.methodLabel, [])].members.append(
        RecordCell.Member(index: identity.index, settings: [setting]))
      let fits = masses[count, default: HeadMasses()].add(
        layers: sites.layers, heads: sites.heads, mass: sites.mass.map(Double.init))
      guard fits else {
        throw FigureError.notEnough(
          "has another number of layers or heads in line \(line) than before it", file: file,
          remedy: "merge runs of one model alone")
      }
    }
    guard !masses.isEmpty else { throw FigureError.noValues(column: "sites", file: file) }
    for (count, method) in methods {
      try RecordCell.check(
        method.members, label: method.label,
        place: "\(task) at T = \(length) after \(plainNumber(count)) steps", file: file)
    }
    return masses
  }

  /// The path of the file beside a table with the values of heads.
  ///
  /// - Throws: `FigureError.noHeads` where there is none, as beside a table that was copied elsewhere.
  private static func beside(
    _ table: RunTable, _ name: String, madeBy kind: RunKind
  ) throws(FigureError) -> String {
    let file = table.sibling(name)
    guard FileSystem.exists(file) else {
      throw .noHeads(name, file: file, subcommand: kind.subcommand)
    }
    return file
  }

  /// The layers and the heads of `heads.csv`: as many as a sweep's records may have.
  private static let places = 0...99_999

  /// A head of an instance after a step.
  private struct Site: Hashable {
    var step: Int
    var index: Int
    var layer: Int
    var head: Int
  }

  /// What a head gives to the facts that hold an instance's values.
  private struct Reading {
    /// By answer token, the fact and the mass on it.
    var facts: [Int: (hop: Int, mass: Double)] = [:]

    /// The mean over value tokens, as a sweep's records have it.
    var mass: Double { facts.values.reduce(0) { $0 + $1.mass } / Double(facts.count) }
  }

  /// Those of a probe, from `heads.csv` beside its table.
  ///
  /// Where several facts are recorded for a value token they are a chain's, and the last one holds it.
  ///
  /// - Parameter steps: those that are shown beside in-context; nil for some of all that there are.
  /// - Returns: one for each step.
  /// - Throws: what reading throws, `FigureError`.
  static func probe(
    _ table: RunTable, steps: [Int]?, task: String, length: Int
  ) throws -> [Double: HeadMasses] {
    let heads = try ProbeFiles.headSchema.read(beside(table, "heads.csv", madeBy: .probe))
    let known = Set(try heads.ints("step")).sorted()
    if let unknown = steps?.first(where: { !known.contains($0) }) {
      throw FigureError.noSuchStep(unknown, file: heads.file, steps: known)
    }
    let shown = Set([0] + (steps ?? Moments.few(of: known)))
    let readings = try readings(heads, shown: shown, task: task, length: length)
    guard let lastLayer = readings.keys.map(\.layer).max(),
      let lastHead = readings.keys.map(\.head).max()
    else { throw FigureError.noValues(column: "mass", file: heads.file) }
    let (layers, width) = (lastLayer + 1, lastHead + 1)
    let counts = Dictionary(grouping: readings.keys) { [$0.step, $0.index] }.mapValues(\.count)
    var masses: [Double: HeadMasses] = [:]
    for instance in counts.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let sites = Sites(step: instance[0], index: instance[1], layers: layers, heads: width)
      // A row of a far-off head makes more sites than anybody could go through.
      guard counts[instance] == sites.count else {
        throw FigureError.notEnough(sites.fault(readings), file: heads.file, remedy: "probe again")
      }
      masses[Double(sites.step), default: HeadMasses()].add(
        layers: layers, heads: width,
        mass: (0..<sites.count).compactMap { readings[sites[$0]]?.mass })
    }
    return masses
  }

  /// All heads of an instance after a step, layer by layer.
  private struct Sites {
    var step: Int
    var index: Int
    var layers: Int
    var heads: Int

    var count: Int { layers * heads }

    subscript(place: Int) -> Site {
      Site(step: step, index: index, layer: place / heads, head: place % heads)
    }

    /// What readings that are not those of all heads lack, in words; goes through no more heads than there
    /// are readings, and the few that it names.
    func fault(_ readings: [Site: Reading]) -> String {
      var named: [String] = []
      var place = 0
      while place < count, named.count < 3 {
        let site = self[place]
        if readings[site] == nil { named.append("layer \(site.layer) head \(site.head)") }
        place += 1
      }
      let missing = count - readings.keys.count { $0.step == step && $0.index == index }
      let rest = missing > named.count ? ", …" : ""
      return "lacks \(missing) of the \(count) heads of instance \(index) after step \(step) "
        + "(\(named.joined(separator: ", "))\(rest))"
    }
  }

  private static func readings(
    _ heads: CSVTable, shown: Set<Int>, task: String, length: Int
  ) throws -> [Site: Reading] {
    let (tasks, lengths) = (try heads.strings("task"), try heads.ints("length"))
    let (indices, steps) = (try heads.ints("index"), try heads.ints("step"))
    let layers = try heads.ints("layer", in: places)
    let numbers = try heads.ints("head", in: places)
    let (tokens, hops) = (try heads.ints("answer_step"), try heads.ints("hop"))
    // Retrieval is measured where a fact's value begins: behind that, the model copies on.
    let (opensValue, mass) = (try heads.ints("opens_value"), try heads.doubles("mass"))
    var readings: [Site: Reading] = [:]
    for row in tasks.indices
    where opensValue[row] == 1 && tasks[row] == task && lengths[row] == length
      && shown.contains(steps[row])
    {
      let site = Site(
        step: steps[row], index: indices[row], layer: layers[row], head: numbers[row])
      if let before = readings[site]?.facts[tokens[row]], before.hop >= hops[row] { continue }
      readings[site, default: Reading()].facts[tokens[row]] = (hops[row], mass[row])
    }
    return readings
  }
}
