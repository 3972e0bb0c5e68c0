import TransformerModel

/// The largest number of generated tokens that a budget of operations pays for.
public struct BudgetMatch: Equatable, Sendable {
  /// The number of tokens; of each trace where there are several.
  public let tokens: Int
  /// What they cost.
  public let cost: FLOPs.Count
  /// What is left of the budget: less than one token more would cost.
  public let remainder: FLOPs.Count

  /// Finds the largest `tokens` with `cost(tokens) ≤ budget`.
  ///
  /// - Parameters:
  ///   - most: the greatest number that is tried; below it `cost` must exceed any budget or end there.
  ///   - cost: what a number of tokens costs: never less than what fewer do.
  /// - Returns: nil where not even `cost(least)` can be paid.
  /// - Complexity: O(log tokens) evaluations of `cost`.
  public init?(
    within budget: FLOPs.Count, least: Int = 0, most: Int = .max, cost: (Int) -> FLOPs.Count
  ) {
    guard cost(least) <= budget else { return nil }
    var paid = least
    var gap = 1
    while gap <= most - paid, cost(paid + gap) <= budget {
      paid += gap
      gap *= 2
    }
    // cost(paid) ≤ budget < cost(paid + gap)
    while gap > 1 {
      gap /= 2
      if gap <= most - paid, cost(paid + gap) <= budget { paid += gap }
    }
    tokens = paid
    self.cost = cost(paid)
    remainder = budget - self.cost
  }
}

extension FLOPs {
  /// The largest M such that decoding M tokens behind `length` others costs at most `budget`.
  public func decodedTokens(within budget: Count, after length: Int) -> BudgetMatch {
    decodedTokens(within: budget, traces: 1, after: length)
  }

  /// The largest m such that `traces` traces of m tokens each, all behind the same `length` others,
  /// cost at most `budget`: self-consistency samples, or beams.
  public func decodedTokens(within budget: Count, traces: Int, after length: Int) -> BudgetMatch {
    precondition(budget >= 0 && traces > 0, "no such budget")
    guard
      let match = BudgetMatch(
        within: budget, cost: { Count(traces) * decode($0, after: length) })
    else { preconditionFailure("no tokens cost nothing") }
    return match
  }

  /// The paper's rule for the thinking tokens that N steps on spans of k tokens are worth: `2·N·k`.
  ///
  /// It holds where the layers' matrix products outweigh attention and the output head: a step then
  /// costs a forward and a backward pass to the activations, twice a forward pass.
  public static func ruleOfThumb(steps: Int, span: Int) -> Count {
    2 * Count(steps) * Count(span)
  }
}
