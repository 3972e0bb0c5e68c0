import Foundation
import Randomness

/// Spreads the units of a sequence (facts, questions, runs of filler) over a random total length, so
/// that long distances are familiar and only the *number* of distractors is new at test time.
///
/// Tokens inside a unit stay adjacent, because attention to the token before is learned by position.
public enum PositionStretching {
  /// Positions of `count` tokens.
  ///
  /// - Parameters:
  ///   - unitStarts: indices at which a unit starts; ascending, the first one 0.
  ///   - longest: the greatest total length; the total is log-uniform between `count` and this.
  public static func positions(
    count: Int, unitStarts: [Int], longest: Int, stream: inout RandomStream
  ) -> [Int32] {
    guard longest > count, count > 0 else { return (0..<count).map(Int32.init) }
    let total = exp(
      log(Double(count)) + stream.unit() * (log(Double(longest)) - log(Double(count))))
    let extra = min(longest, Int(total)) - count
    var offsets = unitStarts.map { _ in stream.below(extra + 1) }
    offsets.sort()
    var positions = [Int32](repeating: 0, count: count)
    var unit = 0
    for index in 0..<count {
      while unit + 1 < unitStarts.count && unitStarts[unit + 1] <= index { unit += 1 }
      positions[index] = Int32(index + (offsets.isEmpty ? 0 : offsets[unit]))
    }
    return positions
  }
}
