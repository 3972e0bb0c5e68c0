import Training

/// Query training whose loss, gradient, scores or logits are no longer finite.
public struct AdaptationDiverged: Error, Equatable {
  /// The step, counted from 1, at which that was seen.
  public var step: Int
  /// The settings that led there.
  public var optimizer: AdamWSettings

  public init(step: Int, optimizer: AdamWSettings) {
    self.step = step
    self.optimizer = optimizer
  }
}

extension AdaptationDiverged: CustomStringConvertible {
  public var description: String {
    "the adaptation diverged, its numbers are not finite at step \(step); \(advice)"
  }

  private var advice: String {
    let rate = optimizer.learningRate
    // Decay multiplies the weights by 1 − rate · decay; below −1 they grow, whatever the gradient.
    if rate * optimizer.weightDecay >= 2 {
      return
        "choose --learning-rate and --weight-decay so that their product, \(rate * optimizer.weightDecay), "
        + "is well below 1"
    }
    return "choose a --learning-rate below \(rate)"
  }
}
