import DataFiles
import Experiments
import Foundation

/// What made a folder of results, or a table of them.
enum RunKind {
  case sweep, probe, theory, scaling, think, benchmark, training

  /// What the files in a folder tell; nil where they tell nothing.
  init?(folder: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    self.init(files: Set(names))
  }

  /// What the names of a folder's files tell.
  init?(files: Set<String>) {
    func has(_ names: String...) -> Bool { !files.isDisjoint(with: names) }
    // A benchmark's folder has names in common with a sweep's.
    if has("benchmark.json") {
      self = .benchmark
    } else if has("results.csv", "results.jsonl")
      || files.contains(where: { $0.hasPrefix("records") && $0.hasSuffix(".jsonl") })
    {
      self = .sweep
    } else if has("probe.csv") {
      self = .probe
    } else if has("requirement.csv", "query-gain.csv", "signal.csv") {
      self = .theory
    } else if has(ScalingTable.fileName) {
      self = .scaling
    } else if has("think.json") {
      self = .think
    } else if has("training.json", "training-state.safetensors")
      || has("config.json") && files.contains(where: { $0.hasSuffix(".safetensors") })
    {
      self = .training
    } else {
      return nil
    }
  }

  /// What the columns of a table tell that no other kind's table has.
  init?(table: CSVTable) {
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
  var run: String {
    switch self {
    case .sweep: "a sweep"
    case .probe: "a probe"
    case .theory: "a theory run"
    case .scaling: "a scaling run"
    case .think: "a run of think"
    case .benchmark: "a benchmark"
    case .training: "a training run"
    }
  }

  /// What is in such a folder, in a sentence.
  var contents: String { self == .training ? "a model" : "the results of \(run)" }

  /// The subcommand that makes such a folder.
  var subcommand: String {
    switch self {
    case .sweep: "sweep"
    case .probe: "probe"
    case .theory: "theory"
    case .scaling: "scaling"
    case .think: "think"
    case .benchmark: "benchmark"
    case .training: "train"
    }
  }
}
