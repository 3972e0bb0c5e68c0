import DataFiles
import Experiments
import Foundation
import Report
import Runs

/// A folder of results that becomes a section of a report.
struct ReportSource {
  enum Kind {
    case sweep, probe, theory, benchmark
  }

  let kind: Kind
  let folder: String

  /// The results at a path, or in the folders under it, by name.
  ///
  /// - Throws: `NothingToReport`.
  static func find(_ path: String) throws -> [ReportSource] {
    let found = find(path, depth: 3)
    guard !found.isEmpty else { throw NothingToReport(folder: path) }
    return found
  }

  private static func find(_ path: String, depth: Int) -> [ReportSource] {
    switch RunKind(folder: path) {
    case .sweep: return [ReportSource(kind: .sweep, folder: path)]
    case .probe: return [ReportSource(kind: .probe, folder: path)]
    case .theory: return [ReportSource(kind: .theory, folder: path)]
    case .benchmark: return [ReportSource(kind: .benchmark, folder: path)]
    case .scaling, .think, .training, .coverage, nil: break
    }
    guard depth > 0 else { return [] }
    return FileSystem.names(in: path).sorted().filter { !$0.hasPrefix(".") }.flatMap { name in
      find((path as NSString).appendingPathComponent(name), depth: depth - 1)
    }
  }

  /// The path of a file of the folder, where there is one.
  func file(_ name: String) -> String? {
    let path = (folder as NSString).appendingPathComponent(name)
    return FileSystem.exists(path) ? path : nil
  }

  func section(_ figures: ReportFigures, seed: UInt64) throws -> ReportSection {
    let made: (title: String, blocks: [ReportBlock])
    switch kind {
    case .sweep: made = ("Sweep", try sweepBlocks(figures, seed: seed))
    case .probe: made = ("Probe", try probeBlocks(figures, seed: seed))
    case .theory: made = ("Theory", try theoryBlocks(figures))
    case .benchmark: made = ("Benchmark", try benchmarkBlocks(seed: seed))
    }
    return ReportSection(title: "\(made.title) \(folder)", blocks: made.blocks)
  }

  /// What provenance files tell: who computed this, from what and where.
  ///
  /// - Parameter version: the version of the file that is understood.
  func provenance(_ name: String, version: Int = 1) throws -> [ReportBlock] {
    guard let path = file(name) else {
      return [.text("There is no \(name): who computed these results is not known.")]
    }
    let value = try JSONValue.read(path)
    try value.checkVersion(understood: version, file: path)
    var facts: [ReportFact] = []
    func add(_ name: String, _ text: String?) {
      if let text, !text.isEmpty { facts.append(ReportFact(name, text)) }
    }
    add("Command", value["command"]?.elements?.compactMap(\.string).joined(separator: " "))
    add("Program", value["version"]?.string.map { "dilution \($0)" })
    add("Commit", value["commit"]?.string)
    add(
      "Machine",
      value["machine"]?.members?.compactMap { member in
        member.value.string.map { member.key == "cores" ? "\($0) cores" : $0 }
      }.joined(separator: "; "))
    add("Started", value["started"]?.string)
    for (key, title) in [
      ("part", "Part"), ("seed", "Seed"), ("split", "Split"), ("count", "Instances a cell"),
      ("cells", "Cells"), ("shard", "Shard"),
    ] {
      add(title, value[key].flatMap { $0.string ?? $0.uint64.map(String.init) })
    }
    for (key, title) in [
      ("model", "Model"), ("tasks", "Tasks"), ("data", "Data"), ("merged_from", "Merged from"),
    ] {
      let files = value[key]?.elements?.compactMap { entry -> String? in
        guard let path = entry["path"]?.string else { return nil }
        return path + (entry["sha256"]?.string.map { " (SHA-256 \($0.prefix(16))…)" } ?? "")
      }
      add(title, files?.joined(separator: "; "))
    }
    var blocks: [ReportBlock] = [.facts(facts)]
    if let settings = value["settings"], let text = try? settings.text(indentation: 2) {
      blocks.append(.listing(summary: "Settings", text: text))
    }
    if let spec = value["spec"]?.string {
      let file = value["spec_file"]?.string ?? "the spec"
      blocks.append(.listing(summary: "Spec: \(file)", text: spec))
    }
    return blocks
  }
}

/// A folder without results that a report can be made of.
struct NothingToReport: Error, CustomStringConvertible {
  let folder: String

  var description: String {
    guard FileSystem.exists(folder) else {
      return
        "there is no folder \(folder): name that of a sweep, a probe, a theory run or a benchmark"
    }
    return
      "\(folder) holds no results of a sweep, a probe, a theory run or a benchmark: name a folder "
      + "that one of these made"
  }
}
