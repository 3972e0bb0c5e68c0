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
    var tokensPerSecond = 0.0
  }

  /// More points than this no terminal could show.
  private static let mostPoints = 2048

  private let facts: Int
  private let state = Mutex(State())

  /// - Parameter facts: what a sequence has at the end of the curriculum.
  init(facts: Int) { self.facts = facts }

  func add(_ report: Trainer.Report, tokensPerSecond: Double) {
    state.withLock { state in
      state.report = report
      state.tokensPerSecond = tokensPerSecond
      if state.firstStep == nil { state.firstStep = report.step }
      state.pending.append(report.loss)
      guard state.pending.count >= state.stride else { return }
      state.losses.append(state.pending.reduce(0, +) / Double(state.pending.count))
      state.pending = []
      guard state.losses.count >= Self.mostPoints else { return }
      state.losses = stride(from: 0, to: state.losses.count - 1, by: 2).map {
        (state.losses[$0] + state.losses[$0 + 1]) / 2
      }
      state.stride *= 2
    }
  }

  func lines(columns: Int, rows: Int, isPlain: Bool) -> [String] {
    state.withLock { state in
      guard let report = state.report, let first = state.firstStep, !state.losses.isEmpty else {
        return []
      }
      let families = TrainingProgress.accuracies(report)
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
      for family in families.prefix(6) {
        let cells = 20
        let shares = (0..<cells).map {
          min(max(family.accuracy * Double(cells) - Double($0), 0), 1)
        }
        lines.append(
          "  " + family.name.padding(toLength: 10, withPad: " ", startingAt: 0)
            + ShareCells.text(shares, isPlain: isPlain)
            + String(format: " %.3f", family.accuracy))
      }
      return lines
    }
  }
}
