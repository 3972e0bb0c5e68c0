import Foundation

/// What one query row of one head gives to a set of target positions J*.
public struct TargetReading: Sendable, Equatable, Codable {
  /// Target mass `Σ_{j∈J*} α_ij`, in 0 … 1.
  public let mass: Double
  /// `γ = logsumexp_{j∈J*} z_ij − logsumexp_{j∉J*} z_ij`, in nats; +∞ without distractors.
  public let margin: Double
  /// `min_j (z_ij* − z_ij)` over the distractors, j* the best-scoring target; +∞ without distractors.
  public let gap: Double
  /// `α_ij*`, the attention to the best-scoring target alone.
  public let bestMass: Double
  /// The number of target positions.
  public let targetCount: Int
  /// The number of other visible positions.
  public let distractorCount: Int
  /// `m(Δ)` for the slacks that were asked for.
  public let competitors: [CompetitorCount]

  /// A reading whose numbers are known; `AttentionRow` makes them from scores.
  public init(
    mass: Double, margin: Double, gap: Double, bestMass: Double, targetCount: Int,
    distractorCount: Int, competitors: [CompetitorCount]
  ) {
    self.mass = mass
    self.margin = margin
    self.gap = gap
    self.bestMass = bestMass
    self.targetCount = targetCount
    self.distractorCount = distractorCount
    self.competitors = competitors
  }

  /// The least upper bound on `mass` that the counted competitors give; 1 where none were counted.
  public var leastBound: Double {
    competitors.reduce(1) { min($0, $1.bound(targets: targetCount)) }
  }

  /// Whether mass and margin, which are computed apart, agree on reaching a threshold τ:
  /// `mass ≥ τ` exactly when `γ ≥ log(τ/(1−τ))`.
  ///
  /// True as well where the two are so close to the threshold that rounding decides: a relative error
  /// of 1e-9 in the mass, more than the sum of a million terms makes, moves the margin by
  /// `1e-9/(τ(1−τ))`.
  public func massAgreesWithMargin(at threshold: Double) -> Bool {
    let need = MarginRequirement.margin(forMass: threshold)
    if abs(margin - need) <= 1e-9 / (threshold * (1 - threshold)) { return true }
    return (mass >= threshold) == (margin >= need)
  }
}

/// `m(Δ)`: how many distractors score within Δ of the best target, `z_ij ≥ z_ij* − Δ`.
public struct CompetitorCount: Sendable, Equatable, Codable {
  /// Δ, in nats.
  public let slack: Double
  /// m.
  public let count: Int

  /// m(Δ) of a row.
  public init(slack: Double, count: Int) {
    precondition(slack >= 0 && count >= 0, "slack and count are at least 0")
    self.slack = slack
    self.count = count
  }

  /// The dilution bound on one target position: `α_ij* ≤ 1/(1 + m·e^{−Δ})`.
  ///
  /// Source: Bansal et al. 2026, Lemma 2.2. It bounds `TargetReading.bestMass`. Only positions outside
  /// J* are counted in m; further targets share the softmax too, so the bound holds for any J*.
  public var positionBound: Double { bound(targets: 1) }

  /// The same for the mass of a whole target set: `Σ_{j∈J*} α_ij ≤ 1/(1 + (m/n)·e^{−Δ})`, n = |J*|.
  ///
  /// No target scores above j*, so the n of them weigh at most `n·e^{z*}` against the `m·e^{z*−Δ}` of
  /// the competitors. It bounds `TargetReading.mass`; for n = 1 it is Lemma 2.2.
  public func bound(targets: Int) -> Double {
    precondition(targets >= 1, "there is at least one target")
    return 1 / (1 + Double(count) / Double(targets) * exp(-slack))
  }
}

/// How far scores must stand apart for a wanted attention.
public enum MarginRequirement {
  /// `log(τ/(1−τ))`: the margin γ at which the target mass is exactly τ, 0 < τ < 1.
  public static func margin(forMass threshold: Double) -> Double {
    precondition(threshold > 0 && threshold < 1, "a threshold lies between 0 and 1")
    return log(threshold / (1 - threshold))
  }

  /// `log((T−1)(1−ε)/ε)`: the gap to every distractor that guarantees the one target `α ≥ 1−ε` among
  /// T visible keys, 0 < ε < 1 and T ≥ 2.
  ///
  /// Source: Bansal et al. 2026, Lemma 2.3.
  public static func gap(visibleKeys: Int, shortfall: Double) -> Double {
    precondition(visibleKeys >= 2, "without a second key there is no gap")
    precondition(shortfall > 0 && shortfall < 1, "a shortfall lies between 0 and 1")
    return log(Double(visibleKeys - 1) * (1 - shortfall) / shortfall)
  }
}
