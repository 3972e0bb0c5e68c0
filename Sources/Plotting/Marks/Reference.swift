/// A line or region that gives the data its measure: a training length, a chance level, a gold span.
public struct Reference: Sendable {
  enum Kind: Sendable {
    case vertical(Double)
    case horizontal(Double)
    case columns(ClosedRange<Double>)
  }

  var kind: Kind
  /// Text beside the line or in the region; may hold markup.
  public var label: String?
  /// Colour of line, region and label; nil is the theme's.
  public var color: Color?
  public var dash: Dash

  /// A vertical line across the panel.
  public static func vertical(
    at x: Double, label: String? = nil, color: Color? = nil, dash: Dash = .dashed
  ) -> Reference {
    Reference(kind: .vertical(x), label: label, color: color, dash: dash)
  }

  /// A horizontal line across the panel.
  public static func horizontal(
    at y: Double, label: String? = nil, color: Color? = nil, dash: Dash = .dashed
  ) -> Reference {
    Reference(kind: .horizontal(y), label: label, color: color, dash: dash)
  }

  /// A shaded region between two values of x, over the whole height; at least a hair wide.
  public static func shadedColumns(
    _ range: ClosedRange<Double>, label: String? = nil, color: Color? = nil
  ) -> Reference {
    Reference(kind: .columns(range), label: label, color: color, dash: .solid)
  }

  /// Checks the positions against the axes.
  /// - Throws: `PlottingError.notFinite` or `.notPositive`, naming the reference by its label.
  func check(x: Axis, y: Axis) throws(PlottingError) {
    let (values, axis, direction): ([Double], Axis, String)
    switch kind {
    case .vertical(let value): (values, axis, direction) = ([value], x, "x")
    case .horizontal(let value): (values, axis, direction) = ([value], y, "y")
    case .columns(let range):
      (values, axis, direction) = ([range.lowerBound, range.upperBound], x, "x")
    }
    let name = label ?? "reference"
    for (index, value) in values.enumerated() {
      guard value.isFinite, abs(value) < 1e100 else {
        throw .notFinite(series: name, column: direction, index: index)
      }
      if axis.kind.isLogarithmic && value < 1e-100 {
        throw .notPositive(series: name, axis: direction, index: index, value: value)
      }
    }
  }

  /// The value that the axis must reach for the line to be seen; regions are cut off instead.
  var xNeeded: Double? { if case .vertical(let value) = kind { value } else { nil } }
  var yNeeded: Double? { if case .horizontal(let value) = kind { value } else { nil } }
}
