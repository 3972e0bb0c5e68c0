import Plotting

/// What of a record is drawn.
enum PlotMeasure: String, CaseIterable {
  case accuracy
  case majorityAccuracy = "majority-accuracy"
  case answerProbability = "answer-probability"
  case valueProbability = "value-probability"
  case massBest = "mass-best"
  case massMean = "mass-mean"
  case margin
  case gap

  /// The column of `results.csv` and of `probe.csv`.
  var column: String {
    switch self {
    case .accuracy: "correct"
    case .majorityAccuracy: "majority_correct"
    case .answerProbability: "answer_probability"
    case .valueProbability: "value_probability"
    case .massBest: "mass_best"
    case .massMean: "mass_mean"
    case .margin: "margin_best"
    case .gap: "gap_best"
    }
  }

  /// What `dilution stats` calls the measure: equal names have equal resamples.
  var statistic: String {
    switch self {
    case .accuracy: "accuracy"
    case .majorityAccuracy: "majority_accuracy"
    default: column
    }
  }

  /// The label of an axis.
  var label: String {
    switch self {
    case .accuracy: "Exact-match accuracy"
    case .majorityAccuracy: "Accuracy of the majority"
    case .answerProbability: "Probability of the answer"
    case .valueProbability: "Probability of the value"
    case .massBest: "Target mass, best head"
    case .massMean: "Target mass, mean of heads"
    case .margin: "Margin $\\gamma$ (nats)"
    case .gap: "Worst-case gap (nats)"
    }
  }

  /// The axis of its values.
  var axis: Axis {
    switch self {
    case .massMean:
      // Most heads do something else, so that this mean is small and gets a range of its own.
      var axis = Axis.linear(label)
      axis.including = [0]
      return axis
    case .margin, .gap: return .linear(label)
    default: return .probability(label)
    }
  }

  /// The range of colours: of a share from 0 to 1; nil takes the data's.
  var range: ClosedRange<Double>? {
    switch self {
    case .massMean, .margin, .gap: nil
    default: 0...1
    }
  }

  /// The label of an axis of differences to a method.
  func differenceLabel(to reference: String) -> String {
    let name = label.replacing(" (nats)", with: "")
    return "\(name) − \(reference)" + (name == label ? "" : " (nats)")
  }
}
