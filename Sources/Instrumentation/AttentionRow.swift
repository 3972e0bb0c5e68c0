import Foundation

/// The attention of one query row of one head over its visible keys, ready to be asked how much of it
/// falls on given target positions.
///
/// Everything is computed in double precision from the scores `z` before softmax.
public struct AttentionRow: Sendable {
  /// `z`, one score a visible key.
  private let scores: [Float]
  /// `exp(z − max z)`.
  private let weights: [Double]

  /// The row with these scores; nil where one of them is not finite, as after a run that diverged.
  public init?(scores: Span<Float>) {
    precondition(!scores.isEmpty, "a row sees at least one key")
    var copy: [Float] = []
    copy.reserveCapacity(scores.count)
    var highest = -Float.infinity
    for index in scores.indices {
      let score = scores[index]
      if !score.isFinite { return nil }
      highest = max(highest, score)
      copy.append(score)
    }
    self.scores = copy
    let shift = Double(highest)
    weights = copy.map { exp(Double($0) - shift) }
  }

  /// The number of visible keys.
  public var count: Int { scores.count }

  /// `α`, the attention itself: it sums to one.
  public var attention: [Double] {
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  /// `Σ α` over `positions`, which are visible; 0 of none.
  public func mass(on positions: RangeSet<Int>) -> Double {
    if positions.isEmpty { return 0 }
    checkVisible(positions)
    let inside = weightSum(positions)
    return inside / (inside + weightSum(others(than: positions)))
  }

  /// What the row gives to the target positions, every other visible key being a distractor.
  ///
  /// - Parameters:
  ///   - targets: J*, at least one visible position.
  ///   - slacks: the Δ for which competitors are counted, each at least 0.
  /// - Complexity: O(T · number of slacks).
  public func reading(of targets: RangeSet<Int>, slacks: [Double] = []) -> TargetReading {
    checkVisible(targets)
    let distractors = others(than: targets)
    let best = highestScore(targets)
    let inside = weightSum(targets)
    let outside = weightSum(distractors)
    let counts = competitorCounts(distractors, best: best, slacks: slacks)
    return TargetReading(
      mass: inside / (inside + outside),
      margin: logSumExp(targets) - logSumExp(distractors),
      gap: best - highestScore(distractors),
      bestMass: exp(best - highestScore(RangeSet(0..<count))) / (inside + outside),
      targetCount: targets.ranges.reduce(0) { $0 + $1.count },
      distractorCount: distractors.ranges.reduce(0) { $0 + $1.count },
      competitors: zip(slacks, counts).map { CompetitorCount(slack: $0, count: $1) })
  }

  /// The position among `targets`, which are visible and at least one, that scores highest; the first
  /// of those that tie.
  public func bestPosition(of targets: RangeSet<Int>) -> Int {
    checkVisible(targets)
    let positions = targets.ranges.joined()
    var best = positions[positions.startIndex]
    for position in positions where scores[position] > scores[best] { best = position }
    return best
  }

  private func checkVisible(_ positions: RangeSet<Int>) {
    guard let first = positions.ranges.first, let last = positions.ranges.last else {
      preconditionFailure("there is no target position")
    }
    precondition(
      first.lowerBound >= 0 && last.upperBound <= count, "a target position is not visible")
  }

  private func others(than positions: RangeSet<Int>) -> RangeSet<Int> {
    RangeSet(0..<count).subtracting(positions)
  }

  private func weightSum(_ positions: RangeSet<Int>) -> Double {
    var sum = 0.0
    for range in positions.ranges {
      for index in range { sum += weights[index] }
    }
    return sum
  }

  /// −∞ of no positions.
  private func highestScore(_ positions: RangeSet<Int>) -> Double {
    var highest = -Float.infinity
    for range in positions.ranges {
      for index in range { highest = max(highest, scores[index]) }
    }
    return Double(highest)
  }

  /// With a shift of its own, so that positions far below the row's maximum do not vanish.
  private func logSumExp(_ positions: RangeSet<Int>) -> Double {
    let shift = highestScore(positions)
    if shift == -.infinity { return shift }
    var sum = 0.0
    for range in positions.ranges {
      for index in range { sum += exp(Double(scores[index]) - shift) }
    }
    return shift + log(sum)
  }

  private func competitorCounts(
    _ distractors: RangeSet<Int>, best: Double, slacks: [Double]
  ) -> [Int] {
    slacks.map { slack in
      precondition(slack >= 0, "a slack is at least 0")
      let floor = best - slack
      var count = 0
      for range in distractors.ranges {
        for index in range where Double(scores[index]) >= floor { count += 1 }
      }
      return count
    }
  }
}
