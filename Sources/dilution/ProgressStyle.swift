import DataFiles
import Foundation

/// How far some work has come at one moment, in words.
struct ProgressStyle {
  let label: String
  let unit: String
  let total: Int?
  /// How much is done in all, and how much of that in this run.
  let done: Int
  let doneHere: Int
  /// How long this run has taken, in seconds.
  let seconds: Double
  let note: String

  /// How much is done in a second; nil before anything can be said.
  private var rate: Double? { doneHere > 0 && seconds > 0 ? Double(doneHere) / seconds : nil }

  private var count: String { total.map { "\(done)/\($0) \(unit)" } ?? "\(done) \(unit)" }

  /// A line for a terminal, not longer than its columns.
  func bar(columns: Int, isColored: Bool) -> String {
    let counts = details.joined(separator: "  ")
    // The bar takes what the figures leave, within reason.
    let cells = min(columns - 1 - label.count - counts.count - 6, 40)
    guard let total, total > 0, cells >= 8 else {
      return String("\(label)  \(counts)".prefix(max(columns - 1, 1)))
    }
    let share = min(max(Double(done) / Double(total), 0), 1)
    let full = Int((share * Double(cells)).rounded(.down))
    let filled = String(repeating: "#", count: full)
    let empty = String(repeating: "-", count: cells - full)
    let bar = isColored ? "\u{1B}[32m\(filled)\u{1B}[0m\(empty)" : filled + empty
    return "\(label)  [\(bar)]  \(counts)"
  }

  /// A line for a file or a pipe.
  var line: String { "\(label): " + details.joined(separator: ", ") }

  /// The last line, on whatever is left of the work.
  var closingLine: String {
    let rate = rate.map { " (\(Self.figure($0))/s)" } ?? ""
    return "\(label): \(count) in \(DurationText.clock(seconds))\(rate)"
      + (note.isEmpty ? "" : ", \(note)")
  }

  private var details: [String] {
    var words = [count]
    if let rate {
      words.append("\(Self.figure(rate))/s")
      if let total { words.append("\(DurationText.clock(Double(total - done) / rate)) left") }
    }
    return note.isEmpty ? words : words + [note]
  }

  /// A rate with as many digits as matter.
  private static func figure(_ rate: Double) -> String {
    switch rate {
    case ..<10: String(format: "%.2f", rate)
    case ..<100: String(format: "%.1f", rate)
    case ..<100_000: String(format: "%.0f", rate)
    case ..<100_000_000: String(format: "%.0fk", rate / 1e3)
    default: String(format: "%.0fM", rate / 1e6)
    }
  }
}
