import Experiments
import Runs
import TestTimeCompute

/// What a reader needs to know below a figure: task, n, what the bands are, budgets.
struct Caption {
  var parts: [String]

  /// - Parameters:
  ///   - estimates: all means of the figure.
  ///   - point: what the instances stand behind: a point, a cell, a bar.
  ///   - intervals: what shows the intervals; nil where none are shown.
  init(_ subject: String, _ estimates: [Estimate], point: String = "point", intervals: String?) {
    parts = subject.isEmpty ? [] : [MethodNames.literal(subject)]
    let counts = estimates.map(\.count)
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    let n = least == most ? "\(most)" : "\(least) to \(most)"
    parts.append("n = \(n) \(most == 1 ? "instance" : "instances") a \(point)")
    if let intervals, estimates.contains(where: { $0.interval != nil }) {
      parts.append("\(intervals): 95 % intervals")
    }
  }

  mutating func add(_ part: String?) {
    if let part, !part.isEmpty { parts.append(part) }
  }

  var text: String { parts.joined(separator: "; ") }
}

extension RunSelection {
  /// The caption of curves, with budgets and with what was left out.
  ///
  /// - Parameter methods: those shown, by their labels; nil for all that were chosen.
  func caption(
    _ subject: String, _ estimates: [Estimate], of methods: [String]? = nil
  ) throws -> String {
    var caption = Caption(
      subject, estimates, intervals: lengths.count > 1 ? "bands" : "bars")
    try addNotes(to: &caption, of: methods)
    return caption.text
  }

  /// Adds what was spent, unusual positions, and how many runs diverged.
  func addNotes(to caption: inout Caption, of methods: [String]? = nil) throws {
    let chosen = methods.map { Set($0) }
    let rows = rows.filter { chosen?.contains($0.method) ?? true }
    if !rows.contains(where: \.rotary) { caption.add("rotary positions off") }
    caption.add(try budgets(rows))
    let diverged = diverged.count { chosen?.contains($0.method) ?? true }
    if diverged > 0 {
      caption.add("\(diverged) diverged \(diverged == 1 ? "run" : "runs") left out")
    }
  }

  /// Steps and span of the methods that train, tokens of those that think.
  private func budgets(_ rows: [RunTable.Row]) throws -> String? {
    if case .probe(let step) = table.source {
      return step.map { "qTTT: after \($0) \($0 == 1 ? "step" : "steps")" }
    }
    let steps = try table.numbers("steps")
    let spans = try table.numbers("span_length")
    let tokens = try table.numbers("generated_tokens")
    let budget = try table.numbers("budget_flops")
    let training = rows.filter { (steps[$0.number] ?? 0) > 0 }
    let thinking = rows.filter { row in
      let method = settings[row.method].flatMap { MethodCatalog.kind($0["method"]) }?.init()
      return method.map { $0.thinks && $0.weightTraining == nil } ?? false
    }
    var parts: [String] = []
    if let count = Self.range(training.compactMap { steps[$0.number] }) {
      let span = Self.range(training.compactMap { spans[$0.number] })
      parts.append("TTT: $N$ = \(count)" + (span.map { ", $k$ = \($0)" } ?? ""))
    }
    if let count = Self.range(thinking.compactMap { tokens[$0.number] }) {
      parts.append("thinking: \(count) tokens")
    }
    guard !parts.isEmpty else { return nil }
    let matched = Set((training + thinking).filter { budget[$0.number] != nil }.map(\.method))
    return parts.joined(separator: "; ") + (matched.count > 1 ? "; FLOPs matched" : "")
  }

  private static func range(_ values: [Double]) -> String? {
    guard let least = values.min(), let most = values.max() else { return nil }
    return least == most ? plainNumber(least) : "\(plainNumber(least)) to \(plainNumber(most))"
  }
}

/// A number in its shortest form, whole ones without a point.
func plainNumber(_ value: Double) -> String {
  Int(exactly: value).map(String.init) ?? "\(value)"
}
