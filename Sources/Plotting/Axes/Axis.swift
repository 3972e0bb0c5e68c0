/// What one direction of a panel means: its label, spacing, range and ticks.
public struct Axis: Sendable {
  /// Where ticks stand.
  public enum Ticks: Sendable, Equatable {
    /// At round numbers, as many as fit.
    case automatic
    /// At these values; labels that would overlap are left out.
    case at([Double])
    /// No ticks and no labels.
    case none
  }

  /// The label; may hold markup, for example `Context length $T$ (tokens)`.
  public var label: String
  public var kind: Scale.Kind
  /// The range of values; nil takes the data's.
  public var domain: ClosedRange<Double>?
  /// Values that the range must reach when it is taken from the data.
  public var including: [Double] = []
  /// Free room at each end, as a share of the axis.
  public var padding: Double = 0.04
  public var ticks: Ticks = .automatic
  public var isReversed = false
  /// Whether faint lines run across the panel at the labelled ticks; nil leaves it to the panel.
  public var showsGrid: Bool?
  /// The names at the places 0, 1, 2 …, when the axis has names in place of numbers.
  public internal(set) var categories: [String]?

  /// Whether both axes show the same quantity in the same way, so that they may share one scale.
  func canShareScale(with other: Axis) -> Bool {
    label == other.label && kind == other.kind && categories == other.categories
      && isReversed == other.isReversed
  }

  init(_ label: String, kind: Scale.Kind, domain: ClosedRange<Double>?) {
    self.label = label
    self.kind = kind
    self.domain = domain
  }

  /// Equal differences are equally long.
  public static func linear(_ label: String, domain: ClosedRange<Double>? = nil) -> Axis {
    Axis(label, kind: .linear, domain: domain)
  }

  /// Doublings are equally long, and ticks stand at doublings: the axis of context lengths.
  public static func log2(_ label: String, domain: ClosedRange<Double>? = nil) -> Axis {
    Axis(label, kind: .log2, domain: domain)
  }

  /// Powers of ten are equally long.
  public static func log10(_ label: String, domain: ClosedRange<Double>? = nil) -> Axis {
    Axis(label, kind: .log10, domain: domain)
  }

  /// A probability, a share or an accuracy: from 0 to 1 whatever the data.
  public static func probability(_ label: String) -> Axis {
    var axis = Axis(label, kind: .linear, domain: 0...1)
    axis.padding = 0.03
    return axis
  }

  /// Names at the places 0, 1, 2 …, each in the middle of its cell.
  public static func categories(_ label: String, _ names: [String]) -> Axis {
    var axis = Axis(label, kind: .linear, domain: -0.5...(Double(max(1, names.count)) - 0.5))
    axis.padding = 0
    axis.showsGrid = false
    axis.categories = names
    return axis
  }
}
