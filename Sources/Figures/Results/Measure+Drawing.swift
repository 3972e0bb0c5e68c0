import Experiments
import Plotting

/// How measures are drawn.
extension Measure {
  /// Those that figures may be asked for: the bound has a figure of its own.
  static let plotted = allCases.filter { $0 != .boundBest }

  /// The measure of a name on the command line.
  init?(option: String) {
    guard let measure = Self.plotted.first(where: { $0.option == option }) else { return nil }
    self = measure
  }

  /// The axis of its values.
  var axis: Axis {
    switch (self, scale) {
    case (.massMean, _):
      // Most heads do something else, so that this mean is small and gets a range of its own.
      var axis = Axis.linear(label)
      axis.including = [0]
      return axis
    case (_, .real), (_, .percent): return .linear(label)
    case (_, .binary), (_, .share): return .probability(label)
    }
  }

  /// The range of colours: of a share from 0 to 1; nil takes the data's.
  var range: ClosedRange<Double>? {
    self == .massMean || scale == .real ? nil : 0...1
  }

  /// The label of an axis of differences to a method.
  func differenceLabel(to reference: String) -> String {
    let name = label.replacing(" (nats)", with: "")
    return "\(name) − \(reference)" + (name == label ? "" : " (nats)")
  }
}
