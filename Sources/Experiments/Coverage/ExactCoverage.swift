import Foundation

/// Coverage of yes/no outcomes, summed over all of them.
enum ExactCoverage {
  /// From 0.5 to 0.99 in hundredths: between neighbours the coverage of few instances jumps.
  static let shares = (50...99).map { Double($0) / 100 }

  static func proportion(_ share: Double, _ count: Int) -> CoverageStudy.Row {
    var (coverage, width) = (0.0, 0.0)
    for successes in 0...count {
      let interval = ProportionIntervals.wilson(successes: Double(successes), count: count)
      let weight = probability([successes, count - successes], [share, 1 - share])
      if interval.contains(share) { coverage += weight }
      width += weight * (interval.upperBound - interval.lowerBound)
    }
    return CoverageStudy.Row(
      kind: .proportion, distribution: "right or wrong", parameter: share, count: count,
      coverage: coverage, withoutInterval: 0, width: width)
  }

  /// Shares of losses, and how much more is gained than lost. Pairs of which none differs are distinguished
  /// from 0 by nothing, and are left out.
  private static let losses = [0, 0.01, 0.02, 0.05, 0.1, 0.2]
  private static let gains = [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7]

  /// Intervals and false alarms of pairs.
  static func pairs(_ count: Int) -> CoverageStudy.Part {
    struct Case {
      var gain: Double
      var loss: Double
      var coverage = 0.0
      var width = 0.0
      var significant = 0.0
    }
    var cases = losses.flatMap { loss in gains.map { Case(gain: $0 + loss, loss: loss) } }
      .filter { $0.gain > 0 && $0.gain + $0.loss <= 1 }
    for won in 0...count {
      for lost in 0...count - won {
        let found = ProportionIntervals.paired(
          gains: Double(won), losses: Double(lost), count: count
        ).interval
        let isBold =
          PairedTests.mcNemar(gains: won, losses: lost) <= Statistics.significance
          && !found.contains(0)
        for place in cases.indices {
          let own = cases[place]
          let weight = probability(
            [won, lost, count - won - lost], [own.gain, own.loss, 1 - own.gain - own.loss])
          if weight == 0 { continue }
          let truth = own.gain - own.loss
          // Rounding must not decide at the very end of an interval.
          if found.lowerBound - 1e-9 <= truth, truth <= found.upperBound + 1e-9 {
            cases[place].coverage += weight
          }
          cases[place].width += weight * (found.upperBound - found.lowerBound)
          if isBold { cases[place].significant += weight }
        }
      }
    }
    func name(_ own: Case) -> String { "losses \(own.loss)" }
    let rows = cases.map { own in
      CoverageStudy.Row(
        kind: .pairedProportion, distribution: name(own), parameter: own.gain, count: count,
        coverage: own.coverage, withoutInterval: 0, width: own.width)
    }
    let falseRows = cases.filter { $0.gain == $0.loss }.map { own in
      CoverageStudy.FalseRow(
        kind: .pairedProportion, distribution: name(own), parameter: own.gain, count: count,
        falseBold: own.significant)
    }
    return CoverageStudy.Part(rows: rows, falseRows: falseRows)
  }

  /// Of counts of a multinomial distribution.
  private static func probability(_ counts: [Int], _ shares: [Double]) -> Double {
    var sum = logFactorial(counts.reduce(0, +))
    for (count, share) in zip(counts, shares) where count > 0 {
      if share <= 1e-12 { return 0 }
      sum += Double(count) * log(share)
      sum -= logFactorial(count)
    }
    return exp(sum)
  }
}
