import DataFiles
import Foundation

/// How far some work has come at one moment.
struct ProgressSnapshot {
  /// How much is done in all.
  var done: Int
  /// How much of that was done in this run.
  var doneHere: Int
  /// How long this run has taken, in seconds.
  var seconds: Double
  var note: String

  /// How much is done in a second; nil before anything can be said.
  var rate: Double? {
    doneHere > 0 && seconds > 0 ? Double(doneHere) / seconds : nil
  }
}

/// The wording of progress.
struct ProgressStyle: Sendable {
  let label: String
  let unit: String
  let total: Int?

  /// A line for a terminal, not longer than its columns.
  func bar(_ snapshot: ProgressSnapshot, columns: Int, isColored: Bool) -> String {
    let counts = ([count(snapshot)] + details(snapshot)).joined(separator: "  ")
    guard let total, total > 0 else {
      return String("\(label)  \(counts)".prefix(max(columns - 1, 1)))
    }
    // The bar takes what the figures leave, within reason.
    let cells = min(columns - 1 - label.count - counts.count - 6, 40)
    guard cells >= 8 else { return String("\(label)  \(counts)".prefix(max(columns - 1, 1))) }
    let share = min(max(Double(snapshot.done) / Double(total), 0), 1)
    let full = Int((share * Double(cells)).rounded(.down))
    let filled = String(repeating: "#", count: full)
    let empty = String(repeating: "-", count: cells - full)
    let bar = isColored ? "\u{1B}[32m\(filled)\u{1B}[0m\(empty)" : filled + empty
    return "\(label)  [\(bar)]  \(counts)"
  }

  /// A line for a file or a pipe.
  func line(_ snapshot: ProgressSnapshot) -> String {
    "\(label): " + ([count(snapshot)] + details(snapshot)).joined(separator: ", ")
  }

  /// The last line, on whatever is left of the work.
  func closingLine(_ snapshot: ProgressSnapshot) -> String {
    let rate = snapshot.rate.map { " (\(figure($0))/s)" } ?? ""
    let note = snapshot.note.isEmpty ? "" : ", \(snapshot.note)"
    return "\(label): \(count(snapshot)) in \(DurationText.clock(snapshot.seconds))\(rate)\(note)"
  }

  private func count(_ snapshot: ProgressSnapshot) -> String {
    total.map { "\(snapshot.done)/\($0) \(unit)" } ?? "\(snapshot.done) \(unit)"
  }

  private func details(_ snapshot: ProgressSnapshot) -> [String] {
    var words: [String] = []
    if let rate = snapshot.rate {
      words.append("\(figure(rate))/s")
      if let total {
        words.append("\(DurationText.clock(Double(total - snapshot.done) / rate)) left")
      }
    }
    if !snapshot.note.isEmpty { words.append(snapshot.note) }
    return words
  }

  /// A rate with as many digits as matter.
  private func figure(_ rate: Double) -> String {
    switch rate {
    case ..<10: String(format: "%.2f", rate)
    case ..<100: String(format: "%.1f", rate)
    case ..<100_000: String(format: "%.0f", rate)
    case ..<100_000_000: String(format: "%.0fk", rate / 1e3)
    default: String(format: "%.0fM", rate / 1e6)
    }
  }
}
