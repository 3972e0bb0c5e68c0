import Foundation
import TransformerModel

/// The attention of one query row of one head, ready to be asked how much of it falls on given target
/// positions.
///
/// Everything is computed in double precision from the scores `z` and weights that the layer's rule
/// gives the visible keys. Positions that the row does not see have no score and no weight.
public struct AttentionRow: Sendable {
  /// The visible positions.
  private let visible: Range<Int>
  /// `z`, one score a visible key.
  private let scores: [Float]
  /// In proportion to α, one a visible key.
  private let weights: [Double]

  /// The row as a pass showed it; nil where a score is not finite, as after a run that diverged.
  public init?(_ seen: ObservedAttention) {
    guard let weights = seen.weights else { return nil }
    visible = seen.visible
    scores = seen.scores
    self.weights = weights
  }

  /// The number of positions up to the row's own, those before the first visible key included.
  public var count: Int { visible.upperBound }

  /// `α` of every position up to the row's own: it sums to one.
  public var attention: [Double] {
    let total = weights.reduce(0, +)
    return [Double](repeating: 0, count: visible.lowerBound) + weights.map { $0 / total }
  }

  /// `Σ α` over `positions`, which do not come after the row; 0 of none.
  public func mass(on positions: RangeSet<Int>) -> Double {
    if positions.isEmpty { return 0 }
    checkPast(positions)
    let inside = weightSum(places(positions))
    return inside / (inside + weightSum(places(others(than: positions))))
  }

  /// What the row gives to the target positions, every other visible key being a distractor.
  ///
  /// Targets that the row does not see get nothing; where it sees none of them, margin and gap are
  /// `unseen`.
  ///
  /// - Parameters:
  ///   - positions: J*, at least one position, none after the row.
  ///   - slacks: the Δ for which competitors are counted, each at least 0.
  /// - Complexity: O(T · number of slacks).
  public func reading(of positions: RangeSet<Int>, slacks: [Double] = []) -> TargetReading {
    checkPast(positions)
    // Sought once: the row is read several times.
    let targets = places(positions)
    let distractors = places(others(than: positions))
    let best = highestScore(targets)
    let inside = weightSum(targets)
    let outside = weightSum(distractors)
    let counts = competitorCounts(distractors, best: best, slacks: slacks)
    return TargetReading(
      mass: inside / (inside + outside),
      margin: best == -.infinity ? Self.unseen : logSumExp(targets) - logSumExp(distractors),
      gap: best == -.infinity ? Self.unseen : best - highestScore(distractors),
      bestMass: greatestWeight(targets) / (inside + outside),
      targetCount: positions.ranges.reduce(0) { $0 + $1.count },
      distractorCount: distractors.reduce(0) { $0 + $1.count },
      competitors: zip(slacks, counts).map { CompetitorCount(slack: $0, count: $1) })
  }

  /// What stands for −∞ nats where a row sees no target: less than any mass in double precision makes,
  /// because files hold finite numbers.
  public static let unseen = -1000.0

  /// The position among `targets`, of which the row sees at least one, that scores highest; the first
  /// of those that tie.
  public func bestPosition(of targets: RangeSet<Int>) -> Int {
    checkPast(targets)
    let positions = targets.intersection(RangeSet(visible)).ranges.joined()
    guard var best = positions.first else { preconditionFailure("no target position is visible") }
    for position in positions where score(position) > score(best) { best = position }
    return best
  }

  private func checkPast(_ positions: RangeSet<Int>) {
    guard let first = positions.ranges.first, let last = positions.ranges.last else {
      preconditionFailure("there is no target position")
    }
    precondition(
      first.lowerBound >= 0 && last.upperBound <= count, "a target position comes after the row")
  }

  private func others(than positions: RangeSet<Int>) -> RangeSet<Int> {
    RangeSet(visible).subtracting(positions)
  }

  private func score(_ position: Int) -> Float { scores[position - visible.lowerBound] }

  /// Where the visible ones among `positions` lie in `scores` and `weights`.
  private func places(_ positions: RangeSet<Int>) -> [Range<Int>] {
    positions.intersection(RangeSet(visible)).ranges.map {
      $0.lowerBound - visible.lowerBound..<$0.upperBound - visible.lowerBound
    }
  }

  private func weightSum(_ places: [Range<Int>]) -> Double {
    var sum = 0.0
    for range in places {
      for index in range { sum += weights[index] }
    }
    return sum
  }

  /// 0 of no positions.
  private func greatestWeight(_ places: [Range<Int>]) -> Double {
    places.joined().reduce(0) { max($0, weights[$1]) }
  }

  /// −∞ of no positions.
  private func highestScore(_ places: [Range<Int>]) -> Double {
    var highest = -Float.infinity
    for range in places {
      for index in range { highest = max(highest, scores[index]) }
    }
    return Double(highest)
  }

  /// With a shift of its own, so that positions far below the row's maximum do not vanish.
  private func logSumExp(_ places: [Range<Int>]) -> Double {
    let shift = highestScore(places)
    if shift == -.infinity { return shift }
    var sum = 0.0
    for range in places {
      for index in range { sum += exp(Double(scores[index]) - shift) }
    }
    return shift + log(sum)
  }

  private func competitorCounts(
    _ distractors: [Range<Int>], best: Double, slacks: [Double]
  ) -> [Int] {
    slacks.map { slack in
      precondition(slack >= 0, "a slack is at least 0")
      let floor = best - slack
      var count = 0
      for range in distractors {
        for index in range where Double(scores[index]) >= floor { count += 1 }
      }
      return count
    }
  }
}
