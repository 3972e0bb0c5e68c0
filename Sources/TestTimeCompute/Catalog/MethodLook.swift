/// The settings of a method as the columns of a table have them; empty where there is no value.
public struct MethodColumns: Sendable, Hashable {
  /// The columns on which titles depend.
  public static let names = ["method", "policy", "control", "traces", "trace_end"]

  private let values: [String: String]

  public init(_ values: [String: String]) { self.values = values }

  public subscript(column: String) -> String { values[column] ?? "" }
}

/// How figures draw a method: the same in every figure. What the words look like is for who draws.
public struct MethodLook: Sendable, Equatable {
  public enum Color: String, CaseIterable, Sendable {
    case black, blue, skyBlue, vermilion, orange, green, olive, purple, paleGrey
  }

  public enum Marker: String, CaseIterable, Sendable {
    case circle, square, diamond, triangleUp, triangleDown, pentagon, hexagon, star, plus, cross
  }

  public enum Dash: String, CaseIterable, Sendable {
    case solid, dashed, dotted, dashDot, dashDotDot, longDash
  }

  /// The titles that have it; case and punctuation do not count.
  public var titles: [String]
  public var color: Color
  /// Nil for one that gives the number behind the title: SC-4, SC-8, SC-16.
  public var marker: Marker?
  public var dash: Dash
  public var isHollow: Bool

  public init(
    _ titles: [String], _ color: Color, _ marker: Marker?, _ dash: Dash, isHollow: Bool = false
  ) {
    self.titles = titles
    self.color = color
    self.marker = marker
    self.dash = dash
    self.isHollow = isHollow
  }
}
