import DataFiles

/// What made a folder of results, or a table of them.
public enum RunKind: String, CaseIterable, Sendable {
  // Benchmarks first: before their file had a format, a sweep's names stood beside it.
  case benchmark, sweep, probe, theory, scaling, think, training, coverage

  /// The file in which a folder of this kind says what it is; that of a sweep's shard has the shard's
  /// number in its name.
  public var provenanceName: String { self == .sweep ? "run.json" : "\(rawValue).json" }

  /// The kind of a folder, by the member `format` of its provenance; where it has none, as older versions
  /// left it, by the names of its files. Nil where neither decides.
  public init?(folder: String) {
    let names = Set(FileSystem.names(in: folder))
    for kind in Self.allCases {
      let shard = names.first { $0.hasPrefix("run-") && $0.hasSuffix(".json") }
      let own = names.contains(kind.provenanceName) ? kind.provenanceName : nil
      guard let name = own ?? (kind == .sweep ? shard : nil) else { continue }
      let format = try? JSONValue.read(FileSystem.path(folder, name))["format"]?.string
      if let named = format.flatMap({ Self(rawValue: $0) }) {
        self = named
        return
      }
    }
    guard let kind = Self.ofOldFolder(names) else { return nil }
    self = kind
  }

  /// The kind by the names of files of folders that say none themselves: checkpoints of other programs,
  /// training runs before their end, and the results of the first versions.
  private static func ofOldFolder(_ names: Set<String>) -> RunKind? {
    let marks: [(RunKind, [String])] = [
      (.benchmark, ["benchmark.json"]),
      (.sweep, ["results.csv", "results.jsonl", "records.jsonl"]),
      (.probe, ["probe.csv"]), (.theory, ["requirement.csv", "query-gain.csv", "signal.csv"]),
      (.scaling, ["scaling.csv"]), (.think, ["think.json"]),
      (.training, ["training.json", "training-state.safetensors"]),
    ]
    if let mark = marks.first(where: { !names.isDisjoint(with: $0.1) }) { return mark.0 }
    let isSweep = names.contains { $0.hasPrefix("records-") && $0.hasSuffix(".jsonl") }
    let hasWeights = names.contains { $0.hasSuffix(".safetensors") }
    return isSweep ? .sweep : names.contains("config.json") && hasWeights ? .training : nil
  }

  /// The kind by columns that no other kind's table has: a table may bear any name.
  public init?(table: CSVTable) {
    let marks: [(RunKind, [String])] = [
      (.sweep, ["task_label"]), (.probe, ["mass_best"]), (.probe, ["following_mass"]),
      (.probe, ["is_gold"]), (.theory, ["bound_holds"]), (.theory, ["predicted_gain"]),
      (.theory, ["signal_bound"]), (.scaling, ["score_matrix_bytes"]),
      (.benchmark, ["full_length", "budget_flops"]), (.think, ["correct", "prefill_seconds"]),
      (.training, ["step", "loss"]),
    ]
    guard let mark = marks.first(where: { $0.1.allSatisfy(table.contains) }) else { return nil }
    self = mark.0
  }

  /// What ran.
  public var run: String {
    switch self {
    case .theory, .scaling, .training: "a \(rawValue) run"
    case .think: "a run of think"
    case .coverage: "a trial of intervals"
    case .benchmark, .sweep, .probe: "a \(rawValue)"
    }
  }

  /// What is in such a folder, in a sentence.
  public var contents: String { self == .training ? "a model" : "the results of \(run)" }

  /// The subcommand that makes such a folder.
  public var subcommand: String { self == .training ? "train" : rawValue }
}
