/// One method's values over context length: a line with a band.
public struct LengthSeries: Sendable {
  /// The method's name; known names have fixed colours (`SeriesStyle.method`).
  public var name: String
  /// Context lengths `T` in tokens.
  public var lengths: [Double]
  /// One mean for each length.
  public var means: [Double]
  /// The interval around each mean, for example a bootstrap 95 % interval; nil draws no band.
  public var intervals: (lower: [Double], upper: [Double])?
  /// The look; nil takes the one of the method's name.
  public var style: SeriesStyle?

  public init(
    _ name: String, lengths: [Double], means: [Double],
    intervals: (lower: [Double], upper: [Double])? = nil, style: SeriesStyle? = nil
  ) {
    self.name = name
    self.lengths = lengths
    self.means = means
    self.intervals = intervals
    self.style = style
  }

  /// Line and band; a single point has a bar in the place of its band, which would have no width.
  var marks: [Mark] {
    let line = Mark.line(name, x: lengths, y: means, style: style)
    guard let (lower, upper) = intervals else { return [line] }
    let interval: Mark =
      lengths.count > 1
      ? .band(name, x: lengths, lower: lower, upper: upper, style: style)
      : .errorBars(name, x: lengths, lower: lower, upper: upper, style: style)
    return [interval, line]
  }
}

extension Axis {
  /// Context length in tokens, doubling by doubling.
  public static var contextLength: Axis { .log2("Context length $T$ (tokens)") }
}

extension Reference {
  /// The line at the longest context of training, when it is known.
  public static func training(length: Double?) -> [Reference] {
    guard let length else { return [] }
    return [.vertical(at: length, label: "training length")]
  }
}
