import DataFiles
import Foundation
import SandboxTasks
import Synchronization
import TerminalGraphics
import Training

/// What a training run shows above its bar: the loss curve, accuracy by family, the curriculum.
final class TrainingPanel: ProgressPanel {
  private struct State {
    /// Means of `stride` steps each.
    var losses: [Double] = []
    var stride = 1
    var pending: [Double] = []
    var firstStep: Int?
    var report: Trainer.Report?
    var tokens = 0
    var tokensPerSecond = 0.0

    /// Keeps a loss; more points than a terminal could show are averaged in pairs.
    mutating func add(_ loss: Double) {
      pending.append(loss)
      guard pending.count >= stride else { return }
      losses.append(pending.reduce(0, +) / Double(pending.count))
      pending = []
      guard losses.count >= 2048 else { return }
      losses = Swift.stride(from: 0, to: losses.count - 1, by: 2).map {
        (losses[$0] + losses[$0 + 1]) / 2
      }
      stride *= 2
    }
  }

  private let facts: Int
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  /// - Parameter facts: what a sequence has at the end of the curriculum.
  init(facts: Int) { self.facts = facts }

  /// Takes a step, and returns a few words on it; what matters least comes last, where a narrow terminal
  /// cuts it off.
  func add(_ report: Trainer.Report) -> String {
    state.withLock { state in
      state.report = report
      state.tokens += report.tokens
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      state.tokensPerSecond = Double(state.tokens) / max(seconds, 1e-9)
      state.add(report.loss)
      if state.firstStep == nil { state.firstStep = report.step }
      let families = Self.accuracies(report).map {
        "\($0.name) " + String(format: "%.3f", $0.accuracy)
      }
      return String(format: "loss %.4f, %.0f tokens/s, ", report.loss, state.tokensPerSecond)
        + "facts \(report.facts)/\(facts), "
        + String(format: "accuracy %.4f", report.accuracy.overall ?? 0)
        + (families.isEmpty ? "" : " (\(families.joined(separator: ", ")))")
    }
  }

  /// The running accuracy of every family that has been asked, in the order of the slices.
  private static func accuracies(_ report: Trainer.Report) -> [(name: String, accuracy: Double)] {
    families.compactMap { family in
      report.accuracy.accuracy(of: family.slices).map { (family.name, $0) }
    }
  }

  private static let families: [(name: String, slices: [TrainingSlice])] =
    TrainingSlice.allCases.reduce(into: []) { families, slice in
      guard let name = slice.title else { return }
      if let place = families.firstIndex(where: { $0.name == name }) {
        families[place].slices.append(slice)
      } else {
        families.append((name, [slice]))
      }
    }

  func lines(columns: Int, rows: Int, isPlain: Bool) -> [String] {
    state.withLock { state in
      guard let report = state.report, let first = state.firstStep, !state.losses.isEmpty else {
        return []
      }
      let families = Self.accuracies(report)
      let height = min(10, rows - 3 - min(families.count, 6))
      var lines = ["loss (nats), steps \(first) to \(report.step)"]
      if height >= 3 {
        lines += LineChart(state.losses, glyphs: isPlain ? .ascii : .braille)
          .lines(columns: min(columns - 1, 100), rows: height)
      }
      lines.append(
        "facts \(report.facts)/\(facts)  "
          + String(
            format: "learning rate %.1e  %.0f tokens/s", report.learningRate,
            state.tokensPerSecond))
      let rows = families.prefix(6).map { family in
        let shares = (0..<20).map { min(max(family.accuracy * 20 - Double($0), 0), 1) }
        return [
          family.name, ShareCells.text(shares, isPlain: isPlain),
          String(format: "%.3f", family.accuracy),
        ]
      }
      return lines
        + TextTable(columns: [.left("", width: 9), .left(""), .right("")], rows: rows)
        .lines(separator: " ", indent: "  ")
    }
  }
}
