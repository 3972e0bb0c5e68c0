import ArgumentParsing
import Experiments
import Plotting

/// How measures are drawn.
extension Measure {
  /// Those that figures may be asked for: the bound has a figure of its own.
  private static let plotted = allCases.filter { $0 != .boundBest }

  /// A measure on the command line.
  static let kind: ValueKind<Measure> = {
    let words = ValueKind<String>.choice(plotted.map(\.option)).shown(as: "MEASURE")
    return ValueKind(
      shape: words.shape, placeholder: words.placeholder, expectation: words.expectation,
      read: { (text) throws(UnfitText) in
        let word = try words.read(text)
        guard let measure = plotted.first(where: { $0.option == word }) else {
          throw UnfitText(text)
        }
        return measure
      }, write: \.option)
  }()

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
