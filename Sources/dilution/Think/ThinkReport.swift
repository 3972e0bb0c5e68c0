import Experiments
import Foundation
import Prompts

/// Means over the texts of each file, method by method.
struct ThinkReport: Encodable {
  struct Row: Encodable {
    var file: String
    var method: String
    var texts: Int
    /// T, and N or M on the average.
    var length: Int
    var budget: Double
    /// These are of the texts that did not diverge; nil where all did.
    var score: Double?
    /// Nil without an interval, too.
    var lower: Double?
    var upper: Double?
    var answerProbability: Double?
    var flops: Double?
    var seconds: Double?
    var diverged: Int
  }

  var rows: [Row] = []

  init(_ answers: [TextAnswer], seed: UInt64) {
    var files: [String] = []
    for answer in answers where !files.contains(answer.file) { files.append(answer.file) }
    for file in files {
      let own = answers.filter { $0.file == file }
      var methods: [String] = []
      for answer in own where !methods.contains(answer.method) { methods.append(answer.method) }
      for method in methods {
        let these = own.filter { $0.method == method }
        let good = these.filter { !$0.outcome.hasDiverged }
        func mean(_ value: (TextAnswer) -> Double) -> Double? {
          good.isEmpty ? nil : Statistics.mean(good.map(value))
        }
        let score = Estimator(seed: seed).mean(
          good.map(\.score),
          of: Quantity(subject: file, length: nil, name: "score", scale: .share))
        rows.append(
          Row(
            file: file, method: method, texts: good.count,
            length: TextLength.mean(these.map(\.length)),
            budget: Statistics.mean(these.map { Double($0.budget) }), score: score?.mean,
            lower: score?.lower,
            upper: score?.upper,
            answerProbability: mean(\.outcome.probability),
            flops: mean { Double($0.outcome.spentFLOPs) },
            seconds: mean {
              $0.outcome.seconds.adapt + $0.outcome.seconds.think + $0.outcome.seconds.answer
            }, diverged: these.count - good.count))
      }
    }
  }

  /// The report as text for people.
  var lines: [String] {
    let header = [
      "file", "method", "n", "T", "N or M", "score", "95 % interval", "p(answer)", "GFLOP",
      "seconds",
    ]
    func shown(_ format: String, _ number: Double?) -> String {
      number.map { String(format: format, $0) } ?? ""
    }
    let body = rows.map { row in
      [
        row.file, row.method, "\(row.texts)", "\(row.length)", shown("%.0f", row.budget),
        shown("%.3f", row.score),
        row.lower == nil ? "" : "[\(shown("%.3f", row.lower)), \(shown("%.3f", row.upper))]",
        shown("%.4f", row.answerProbability), shown("%.3f", row.flops.map { $0 * 1e-9 }),
        shown("%.2f", row.seconds),
      ]
    }
    let all = [header] + body
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    var lines = all.map { cells in
      cells.indices.map { column in
        let blank = String(repeating: " ", count: widths[column] - cells[column].count)
        return column < 2 ? cells[column] + blank : blank + cells[column]
      }.joined(separator: "  ")
    }
    for row in rows where row.diverged > 0 {
      lines.append(
        "\(row.diverged) of \(row.method) in \(row.file) diverged, and are in no mean; lower "
          + "--learning-rate.")
    }
    return lines
  }
}
