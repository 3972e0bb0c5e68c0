/// How much of the needle an attention output can carry along a direction u.
///
/// Source: Bansal et al. 2026, Proposition 2.4: the output of a generated token is a mixture of
/// values, so it holds no more needle than its own attention put there.
public struct NeedleSignal: Sendable, Equatable {
  /// `⟨u, Σ_j α_j v_j⟩`.
  public let output: Double
  /// `Σ_{j∈J*} α_j ⟨u, v_j⟩ + (1 − Σ_{j∈J*} α_j) · max_{j∉J*} ⟨u, v_j⟩`, never below `output`.
  public let bound: Double

  /// The signal of one row.
  ///
  /// - Parameters:
  ///   - attention: α, `[T]`, which sums to one.
  ///   - projections: `⟨u, v_j⟩`, `[T]`.
  ///   - targets: J*, the needle's positions.
  public init(attention: [Double], projections: [Double], targets: RangeSet<Int>) {
    precondition(attention.count == projections.count, "one projection a position")
    precondition(
      targets.isSubset(of: RangeSet(0..<attention.count)), "a target position is not visible")
    var needle = 0.0
    var rest = 0.0
    var restMass = 0.0
    var highest = -Double.infinity
    for (position, (weight, projection)) in zip(attention, projections).enumerated() {
      if targets.contains(position) {
        needle += weight * projection
      } else {
        rest += weight * projection
        restMass += weight
        highest = max(highest, projection)
      }
    }
    output = needle + rest
    // Without distractors their share is zero, and so is what they add.
    bound = restMass == 0 ? needle : needle + restMass * highest
  }
}
