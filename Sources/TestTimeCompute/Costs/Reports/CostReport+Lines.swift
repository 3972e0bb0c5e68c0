import DataFiles
import Foundation

extension CostReport {
  /// The report as text for people.
  public var lines: [String] {
    let s = shape
    var lines = [
      "\(s.name): \(readable(FLOPs.Count(s.parameters))) parameters, L=\(s.layers) d=\(s.width) "
        + "H=\(s.queryHeads) G=\(s.keyValueHeads) w=\(s.headWidth) F=\(s.mlpWidth) V=\(s.vocabulary)",
      "T=\(length) tokens of context, k=\(span) a span, N=\(steps) steps, n=\(traces) traces",
      "",
    ]
    lines +=
      TextTable(
        names: ["Cost of", "FLOP", "prefills"],
        rows: costs.map { [$0.name, readable($0.flops), decimal($0.ofPrefill, 4)] }
      ).lines() + [""]
    lines += TextTable(
      "What N steps pay for behind the context, and what is left of them:",
      names: ["N steps on", "FLOP", "thinking M", "left", "\(traces) traces of", "left"],
      rows: matches.map {
        [
          $0.name, readable($0.flops), "\($0.thinkingTokens)", readable($0.remainder),
          "\($0.tokensEach)", readable($0.remainderEach),
        ]
      }
    ).lines()
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
  public var lines: [String] {
    let names = ["shape", "d"] + (rows.first?.cells.map { "T=\($0.length)" } ?? [])
    func table(_ title: String, _ text: (Cell) -> String) -> [String] {
      TextTable(
        title, names: names,
        rows: rows.map { [$0.shape, "\($0.width)"] + $0.cells.map(text) }
      ).lines()
    }
    return table("Thinking tokens M that N=\(steps) qTTT steps on spans of k=\(span) pay for") {
      "\($0.thinkingTokens)"
    } + [""]
      + table("The rule 2Nk = \(rule), divided by that") {
        $0.ruleOverExact.map { decimal($0, 2) } ?? "-"
      }
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
