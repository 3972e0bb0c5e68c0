import Foundation
import TestTimeCompute

extension CostReport {
  /// The report as text for people.
  var lines: [String] {
    let s = shape
    var lines = [
      "\(s.name): \(readable(FLOPs.Count(s.parameters))) parameters, L=\(s.layers) d=\(s.width) "
        + "H=\(s.queryHeads) G=\(s.keyValueHeads) w=\(s.headWidth) F=\(s.mlpWidth) V=\(s.vocabulary)",
      "T=\(length) tokens of context, k=\(span) a span, N=\(steps) steps, n=\(traces) traces",
      "",
    ]
    lines += table(
      ["Cost of", "FLOP", "prefills"],
      costs.map { [$0.name, readable($0.flops), decimal($0.ofPrefill, 4)] })
    lines += ["", "What N steps pay for behind the context, and what is left of them:"]
    lines += table(
      ["N steps on", "FLOP", "thinking M", "left", "\(traces) traces of", "left"],
      matches.map {
        [
          $0.name, readable($0.flops), "\($0.thinkingTokens)", readable($0.remainder),
          "\($0.tokensEach)", readable($0.remainderEach),
        ]
      })
    if let match = matches.first, let rule = match.rule {
      lines.append("")
      let verdict =
        match.ruleOverExact.map { " The rule is off by a factor of \(decimal($0, 2))." } ?? ""
      lines.append(
        "The rule 2Nk gives \(rule) thinking tokens for qTTT, the exact count "
          + "\(match.thinkingTokens).\(verdict)")
    }
    return lines
  }
}

extension RuleScan {
  /// The scan as text for people.
  var lines: [String] {
    let lengths = rows.first?.cells.map(\.length) ?? []
    var lines = ["Thinking tokens M that N=\(steps) qTTT steps on spans of k=\(span) pay for"]
    lines += table(
      ["shape", "d"] + lengths.map { "T=\($0)" },
      rows.map { row in
        [row.shape, "\(row.width)"] + row.cells.map { "\($0.thinkingTokens)" }
      })
    lines += ["", "The rule 2Nk = \(rule), divided by that"]
    lines += table(
      ["shape", "d"] + lengths.map { "T=\($0)" },
      rows.map { row in
        [row.shape, "\(row.width)"]
          + row.cells.map { cell in cell.ruleOverExact.map { decimal($0, 2) } ?? "-" }
      })
    return lines
  }
}

/// A table whose first column is flush left and whose others are flush right.
private func table(_ header: [String], _ rows: [[String]]) -> [String] {
  let all = [header] + rows
  let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
  return all.map { cells in
    cells.indices.map { column in
      let blank = String(repeating: " ", count: widths[column] - cells[column].count)
      return column == 0 ? cells[column] + blank : blank + cells[column]
    }.joined(separator: "  ")
  }
}

private func decimal(_ number: Double, _ places: Int) -> String {
  String(format: "%.\(places)f", number)
}

/// A count with four digits and a decimal prefix.
private func readable(_ count: FLOPs.Count) -> String {
  var number = Double(count)
  let prefixes = ["", "k", "M", "G", "T", "P", "E", "Z", "Y", "R", "Q"]
  var index = 0
  while number >= 999.95 && index < prefixes.count - 1 {
    number /= 1000
    index += 1
  }
  return index == 0 ? "\(count)" : decimal(number, 1) + " " + prefixes[index]
}
