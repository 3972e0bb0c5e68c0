import Foundation
import SandboxTasks
import Training

/// The words on a training run's present state.
struct TrainingProgress {
  /// Facts a sequence has at the end of the curriculum.
  let facts: Int
  private let start = ContinuousClock.now
  private var tokens = 0

  init(facts: Int) { self.facts = facts }

  /// The rate of this run so far.
  var tokensPerSecond: Double {
    Double(tokens) / max((ContinuousClock.now - start) / .seconds(1), 1e-9)
  }

  /// The running accuracy of every family that has been asked.
  static func accuracies(_ report: Trainer.Report) -> [(name: String, accuracy: Double)] {
    families.compactMap { family in
      report.accuracy.accuracy(of: family.slices).map { (family.name, $0) }
    }
  }

  /// The families by which running accuracy is told apart, in the order of the slices.
  private static let families: [(name: String, slices: [TrainingSlice])] =
    TrainingSlice.allCases.reduce(into: []) { families, slice in
      guard let name = slice.title else { return }
      if let place = families.firstIndex(where: { $0.name == name }) {
        families[place].slices.append(slice)
      } else {
        families.append((name, [slice]))
      }
    }

  /// A few words after a step; what matters least comes last, where a narrow terminal cuts it off.
  mutating func note(_ report: Trainer.Report) -> String {
    tokens += report.tokens
    let words = [
      String(format: "loss %.4f", report.loss),
      String(format: "%.0f tokens/s", tokensPerSecond),
      "facts \(report.facts)/\(facts)",
      String(format: "accuracy %.4f", report.accuracy.overall ?? 0),
    ]
    let families = Self.accuracies(report).map {
      "\($0.name) " + String(format: "%.3f", $0.accuracy)
    }
    let line = words.joined(separator: ", ")
    return families.isEmpty ? line : line + " (\(families.joined(separator: ", ")))"
  }
}

extension TrainingReport {
  /// The report as lines for people.
  func lines(folder: String) -> [String] {
    var lines = [
      "Trained \(parameters) parameters in \(steps) steps on \(tokens) tokens, into \(folder).",
      "",
      "Accuracy on \(heldOut.sequences) held-out sequences of \(heldOut.facts) facts:",
      Self.row("slice", "tokens", "right", "answers", "right"),
    ]
    for slice in TrainingSlice.predictable {
      guard let tokens = heldOut.tokens.accuracy(slice),
        let answers = heldOut.answers.accuracy(slice)
      else { continue }
      lines.append(
        Self.row(
          slice.name, "\(heldOut.tokens.count(slice))", String(format: "%.4f", tokens),
          "\(heldOut.answers.count(slice))", String(format: "%.4f", answers)))
    }
    return lines
  }

  private static func row(_ name: String, _ cells: String...) -> String {
    "  " + name.padding(toLength: 14, withPad: " ", startingAt: 0)
      + cells.map { String(repeating: " ", count: max(0, 9 - $0.count)) + $0 }.joined()
  }
}
