import Foundation

/// Two-sided tests of whether paired differences have a mean of 0.
enum PairedTests {
  /// The exact McNemar test: of the instances whose outcomes differ each is a gain with probability ½.
  static func mcNemar(gains: Int, losses: Int) -> Double {
    let all = gains + losses
    if all == 0 { return 1 }
    // Summed as logarithms: the coefficients of some thousand instances are no finite numbers.
    var sum = 0.0
    let whole = logFactorial(all) - Double(all) * log(2)
    for k in 0...min(gains, losses) {
      sum += exp(whole - logFactorial(k) - logFactorial(all - k))
    }
    return min(1, 2 * sum)
  }

  /// Up to so many differences other than 0 all changes of signs are gone through.
  static let mostExact = 16

  /// The test of the mean of differences: exact under all changes of signs (Fisher, 1935) while there are
  /// few that are not 0, and else Student's.
  static func mean(_ differences: [Double]) -> Estimate.Test {
    let sizes = differences.filter { $0 != 0 }
    guard sizes.count > mostExact else {
      return Estimate.Test(name: .signFlip, pValue: signFlip(sizes))
    }
    let mean = Statistics.mean(differences)
    let spread = Spread(differences)
    // Differences that are all the same have no t; the one change of signs that keeps the mean does.
    guard !spread.isConstant else {
      return Estimate.Test(name: .signFlip, pValue: exp2(Double(1 - sizes.count)))
    }
    let t = mean / (spread.deviation / Double(differences.count).squareRoot())
    return Estimate.Test(
      name: .t, pValue: StudentT.twoSided(t, degrees: differences.count - 1))
  }

  /// The share of the changes of signs that leave a sum at least as far from 0.
  private static func signFlip(_ sizes: [Double]) -> Double {
    guard !sizes.isEmpty else { return 1 }
    let total = abs(sizes.reduce(0, +))
    // What equals the total but for rounding counts.
    let limit = total - 1e-12 * sizes.reduce(0) { $0 + abs($1) }
    // A pattern and its opposite are equally far from 0: half of them suffice.
    let patterns = 1 << (sizes.count - 1)
    var count = 0
    for pattern in 0..<patterns {
      var sum = sizes[sizes.count - 1]
      for place in 0..<sizes.count - 1 {
        sum += pattern >> place & 1 == 0 ? sizes[place] : -sizes[place]
      }
      if abs(sum) >= limit { count += 1 }
    }
    return Double(count) / Double(patterns)
  }
}

/// log n!
func logFactorial(_ n: Int) -> Double { lgamma(Double(n) + 1) }

/// How far values lie apart.
struct Spread {
  /// The standard deviation, over n − 1.
  let deviation: Double
  /// Whether the values are the same but for rounding.
  let isConstant: Bool

  init(_ values: [Double]) {
    let mean = Statistics.mean(values)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
    let largest = values.reduce(0) { max($0, abs($1)) }
    isConstant = deviation <= 1e-12 * largest
  }
}
