import DataFiles
import Experiments
import Runs

/// What a report is drawn with.
public struct ReportOptions: Sendable {
  /// The longest context of training, to be marked in figures; nil for no mark.
  public var trainingLength: Int?
  /// The seed of bootstraps as it was given; nil for 0.
  public var givenSeed: UInt64?
  /// Called before each figure; what it throws ends the report.
  public var checkpoint: @Sendable () throws -> Void

  public init(
    trainingLength: Int? = nil, seed: UInt64? = nil,
    checkpoint: @escaping @Sendable () throws -> Void = {}
  ) {
    (self.trainingLength, givenSeed, self.checkpoint) = (trainingLength, seed, checkpoint)
  }

  var seed: UInt64 { givenSeed ?? 0 }
}

/// A folder of results that becomes a section of a report.
public struct ReportSource: Sendable {
  public let kind: RunKind
  public let folder: String

  private static let kinds: Set<RunKind> = [.sweep, .probe, .theory, .benchmark]

  /// The results at a path, or in the folders under it, by name.
  ///
  /// - Throws: `NothingToReport`.
  public static func find(_ path: String) throws -> [ReportSource] {
    let found = find(path, depth: 3)
    guard !found.isEmpty else { throw NothingToReport(folder: path) }
    return found
  }

  private static func find(_ path: String, depth: Int) -> [ReportSource] {
    if let kind = RunKind(folder: path), kinds.contains(kind) {
      return [ReportSource(kind: kind, folder: path)]
    }
    guard depth > 0 else { return [] }
    return FileSystem.names(in: path).sorted().filter { !$0.hasPrefix(".") }.flatMap { name in
      find(FileSystem.path(path, name), depth: depth - 1)
    }
  }

  /// The results with their tables and figures.
  ///
  /// - Throws: what reading the results throws, and what `options.checkpoint` throws.
  public func section(_ options: ReportOptions) throws -> ReportSection {
    let blocks =
      switch kind {
      case .sweep: try sweepBlocks(options)
      case .probe: try probeBlocks(options)
      case .theory: try theoryBlocks(options)
      case .benchmark: try benchmarkBlocks(options)
      default: preconditionFailure("nothing is reported of \(kind.run)")
      }
    return ReportSection(
      title: "\(kind.rawValue.prefix(1).uppercased())\(kind.rawValue.dropFirst()) \(folder)",
      blocks: blocks)
  }

  /// The path of a file of the folder, where there is one.
  func file(_ name: String) -> String? {
    let path = FileSystem.path(folder, name)
    return FileSystem.exists(path) ? path : nil
  }

  /// What provenance files say: who computed this, from what and where.
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
public struct NothingToReport: Error, CustomStringConvertible {
  public let folder: String

  public var description: String {
    guard FileSystem.exists(folder) else {
      return
        "there is no folder \(folder): name that of a sweep, a probe, a theory run or a benchmark"
    }
    return
      "\(folder) holds no results of a sweep, a probe, a theory run or a benchmark: name a folder "
      + "that one of these made"
  }
}
