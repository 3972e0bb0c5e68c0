import DataFiles
import Experiments
import Foundation
import Prompts
import TestTimeCompute

/// Means over the texts of each file, method by method.
struct ThinkReport: Encodable {
  struct Row: Encodable {
    var file: String
    var method: String
    var texts: Int
    /// T, and N or M on the average; nil where a method has neither to be chosen by a budget.
    var length: Int
    var budget: Double?
    /// These are of the texts that did not diverge; nil where all did.
    var score: Double?
    /// Nil without an interval, too.
    var lower: Double?
    var upper: Double?
    var answerProbability: Double?
    var flops: Double?
    var seconds: Double?
    var diverged: Int

    init(_ records: [ThinkRecord], _ estimator: Estimator) {
      (file, method) = (records[0].file, records[0].method)
      let good = records.filter { $0.divergedAt == nil }
      texts = good.count
      diverged = records.count - good.count
      length = TextLength.mean(records.map(\.length))
      // The most that a budget pays for is no number of chunks: a context has fewer.
      let amount = MethodCatalog.kind(method)?.amount
      if amount == nil || amount == .steps || amount == .tokens {
        budget = Statistics.mean(records.map { Double($0.budget) })
      }
      let estimate = estimator.mean(
        good.compactMap(\.score),
        of: Quantity(subject: file, length: nil, name: "score", scale: .share))
      (score, lower, upper) = (estimate?.mean, estimate?.lower, estimate?.upper)
      func mean(_ value: (ThinkRecord) -> Double?) -> Double? {
        good.isEmpty ? nil : Statistics.mean(good.compactMap(value))
      }
      answerProbability = mean(\.answerProbability)
      flops = mean(\.flops)
      seconds = mean { $0.adaptSeconds + $0.thinkSeconds + $0.answerSeconds }
    }
  }

  var rows: [Row] = []

  init(_ records: [ThinkRecord], seed: UInt64) {
    let files = Dictionary(grouping: records, by: \.file)
    rows = records.map(\.file).distinct().flatMap { file in
      let own = files[file] ?? []
      let methods = Dictionary(grouping: own, by: \.method)
      return own.map(\.method).distinct().compactMap {
        methods[$0].map { Row($0, Estimator(seed: seed)) }
      }
    }
  }

  /// The report as text for people.
  var lines: [String] {
    func shown(_ format: String, _ number: Double?) -> String {
      number.map { String(format: format, $0) } ?? ""
    }
    let names = [
      "file", "method", "n", "T", "N or M", "score", "95 % interval", "p(answer)", "GFLOP",
      "seconds",
    ]
    return TextTable(
      names: names, left: 2,
      rows: rows.map { row in
        [
          row.file, row.method, "\(row.texts)", "\(row.length)", shown("%.0f", row.budget),
          shown("%.3f", row.score),
          row.lower == nil ? "" : "[\(shown("%.3f", row.lower)), \(shown("%.3f", row.upper))]",
          shown("%.4f", row.answerProbability), shown("%.3f", row.flops.map { $0 * 1e-9 }),
          shown("%.2f", row.seconds),
        ]
      },
      notes: rows.filter { $0.diverged > 0 }.map {
        "\($0.diverged) of \($0.method) in \($0.file) diverged, and are in no mean; lower "
          + "--learning-rate."
      }
    ).lines()
  }
}
