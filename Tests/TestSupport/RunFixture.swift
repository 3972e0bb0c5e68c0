import Foundation

/// A folder `run` with a results.csv whose numbers a test writes by hand.
public struct RunFixture: Sendable {
  public let folder: TemporaryFolder

  public init() throws { folder = try TemporaryFolder() }

  /// The columns of a sweep's table and what they hold where a test says nothing.
  public static let usual: [(column: String, text: String)] = [
    ("task_label", "key-value"), ("task", "key-value"), ("length", "160"), ("rotary", "1"),
    ("label", "in-context"), ("method", "in-context"), ("index", "0"), ("correct", "1"),
    ("majority_correct", ""), ("answer_probability", "0.5"), ("value_probability", "0.5"),
    ("opening_probability", "0.5"),
    ("mass_mean", "0.125"), ("mass_best", "0.5"), ("value_mass_best", "0.25"),
    ("margin_best", "1"), ("gap_best", "0.5"), ("bound_best", "0.75"), ("best_layer", "0"),
    ("best_head", "0"), ("mass_mean_all", "0.125"), ("mass_best_all", "0.5"),
    ("margin_best_all", "1"), ("steps", ""), ("steps_made", ""), ("tokens_each", ""),
    ("generated_tokens", "2"), ("budget_flops", ""), ("flops", "1000"), ("unspent_flops", ""),
    ("predicted_flops", "1000"), ("prefill_flops", "5000"), ("held_out_loss_before", ""),
    ("held_out_loss_after", ""), ("held_out_seen", ""), ("diverged", "0"),
    ("depth", ""), ("rehearsal", "0.5"), ("similar", ""), ("hops", ""), ("span_length", ""),
    ("learning_rate", ""), ("weights", ""), ("span_kv", ""), ("policy", ""), ("control", ""),
    ("trace_end", ""), ("traces", ""), ("factor", ""), ("seconds_prefill", "0.5"),
    ("seconds_adapt", "0"),
    ("seconds_think", "0"), ("seconds_answer", "0.25"),
  ]

  /// What a sweep writes of qTTT besides.
  public static let qttt = [
    "label": "qttt", "method": "qttt", "steps": "8", "span_length": "64",
    "learning_rate": "0.001", "weights": "query", "span_kv": "frozen", "policy": "uniform",
    "control": "none",
  ]

  /// A record for each value of a column, numbered from 0 on.
  public static func rows(
    _ settings: [String: String]..., column: String = "correct", values: [Double]
  ) -> [[String: String]] {
    values.enumerated().map { index, value in
      var row = ["index": "\(index)", column: "\(value)"]
      if value == value.rounded() { row[column] = "\(Int(value))" }
      for setting in settings { row.merge(setting) { $1 } }
      return row
    }
  }

  public func write(_ rows: [[String: String]], to name: String = "run/results.csv") throws {
    let lines = rows.map { row in
      Self.usual.map { row[$0.column] ?? $0.text }.joined(separator: ",")
    }
    let header = Self.usual.map(\.column).joined(separator: ",")
    try folder.write(([header] + lines).joined(separator: "\n") + "\n", to: name)
  }
}
