/// One method's values over context length: a line with a band.
public struct LengthSeries: Sendable {
  /// The method's name; known names have fixed colours (`Figure.styles`).
  public var name: String
  /// Context lengths `T` in tokens.
  public var lengths: [Double]
  /// One mean for each length.
  public var means: [Double]
  /// The interval around each mean, for example a 95 % interval; NaN where a mean has none, and nil where
  /// none has.
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

  /// Line and band.
  var marks: [Mark] {
    let line = Mark.line(name, x: lengths, y: means, style: style)
    guard let (lower, upper) = intervals else { return [line] }
    return Mark.intervals(name, x: lengths, lower: lower, upper: upper, style: style) + [line]
  }
}

extension Mark {
  /// Bands through neighbouring points that have an interval. Where `lower` or `upper` is NaN there is
  /// none; a point between such ones has a bar in the place of its band, which would have no width.
  public static func intervals(
    _ name: String, x: [Double], lower: [Double], upper: [Double], style: SeriesStyle? = nil
  ) -> [Mark] {
    let runs = x.indices.split { lower[$0].isNaN || upper[$0].isNaN }
    return runs.map { run in
      let (x, lower, upper) = (
        run.map { x[$0] }, run.map { lower[$0] }, run.map { upper[$0] }
      )
      return run.count > 1
        ? .band(name, x: x, lower: lower, upper: upper, style: style)
        : .errorBars(name, x: x, lower: lower, upper: upper, style: style)
    }
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
