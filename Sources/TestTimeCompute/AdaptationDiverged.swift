import Training

/// Query training whose loss, gradient, scores or logits are no longer finite.
public struct AdaptationDiverged: Error, Equatable {
  /// The step, counted from 1, at which that was seen.
  public var step: Int
  /// The settings that led there; nil where nothing was trained.
  public var optimizer: AdamWSettings?
  /// Where that arose first, such as "the MLP of layer 2"; nil where it was seen in an answer.
  public var place: String?

  public init(step: Int, optimizer: AdamWSettings?, place: String? = nil) {
    self.step = step
    self.optimizer = optimizer
    self.place = place
  }
}

extension AdaptationDiverged: CustomStringConvertible {
  public var description: String {
    "the adaptation diverged, its numbers are not finite at step \(step)"
      + "\(place.map { ", first in \($0)" } ?? ""); \(advice)"
  }

  private var advice: String {
    guard let optimizer else { return "choose other settings" }
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
