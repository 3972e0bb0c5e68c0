import Instrumentation
import SandboxTasks

/// The attention of every head along the positions of a context at one moment, in bins: what an
/// explorer of heads shows.
///
/// Bounded whatever the length: a long context has wider bins, not more of them.
public struct AttentionMap: Sendable, Equatable, Codable {
  /// Bins of a row, at most.
  public static let mostBins = 256
  /// Moments of an instance, at most: in context, after the last step, and some between.
  static let mostMoments = 9

  /// Steps of adaptation made before; 0 is in context.
  public let step: Int
  /// Positions in a bin; the last bin may hold fewer.
  public let binWidth: Int
  /// The tokens of the answer that are predicted, by their number.
  public let answerSteps: [Int]
  public let layers: Int
  public let heads: Int
  /// α summed over each bin, `[answerSteps, layers, heads, bins]`.
  public let attention: [Float]
  /// α summed over the fact that holds the answer step's token, `[answerSteps, layers, heads]`.
  public let mass: [Float]

  /// Sums a profile up; nil where a score is not finite.
  init?(_ profile: AttentionProfile, _ instance: TaskInstance) {
    let pass = AnswerPass(instance)
    step = profile.step
    let positions = Self.positions(instance)
    binWidth = Self.binWidth(instance)
    let bins = (positions + binWidth - 1) / binWidth
    answerSteps = Set(profile.rows.map(\.answerStep)).sorted()
    layers = (profile.rows.map(\.site.layer).max() ?? -1) + 1
    heads = (profile.rows.map(\.site.head).max() ?? -1) + 1
    let sites = layers * heads
    var attention = [Float](repeating: 0, count: answerSteps.count * sites * bins)
    var mass = [Float](repeating: 0, count: answerSteps.count * sites)
    for row in profile.rows {
      guard let shares = row.attention,
        let place = answerSteps.firstIndex(of: row.answerStep)
      else { return nil }
      let site = place * sites + row.site.layer * heads + row.site.head
      for bin in 0..<bins {
        // Earlier rows see fewer positions than the last one, for which the bins are counted.
        let (start, end) = (bin * binWidth, min((bin + 1) * binWidth, shares.count))
        guard start < end else { break }
        attention[site * bins + bin] = Float(shares[start..<end].reduce(0, +))
      }
      mass[site] = pass.held[row.answerStep].reduce(0) { $0 + Float(shares[$1.span].reduce(0, +)) }
    }
    self.attention = attention
    self.mass = mass
  }

  /// Positions that the last row of an answer sees.
  static func positions(_ instance: TaskInstance) -> Int {
    instance.context.count + AnswerPass(instance).tokens.count
  }

  static func binWidth(_ instance: TaskInstance) -> Int {
    max(1, (positions(instance) + mostBins - 1) / mostBins)
  }
}

extension ProbeSettings.Adaptation {
  /// The steps after which all heads are mapped: of those that are measured, a few evenly spread, the
  /// last among them.
  var mappedSteps: Set<Int> {
    guard steps > 0 else { return [] }
    let most = AttentionMap.mostMoments - 1
    let count = (steps + interval - 1) / interval
    guard count > most else { return Set((1...count).map { min($0 * interval, steps) }) }
    return Set((1...most).map { min($0 * count / most * interval, steps) })
  }
}
