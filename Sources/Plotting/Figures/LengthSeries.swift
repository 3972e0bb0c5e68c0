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

  public init(
    _ name: String, lengths: [Double], means: [Double],
    intervals: (lower: [Double], upper: [Double])? = nil
  ) {
    self.name = name
    self.lengths = lengths
    self.means = means
    self.intervals = intervals
  }

  /// Line and band.
  var marks: [Mark] {
    var marks = [Mark.line(name, x: lengths, y: means)]
    if let intervals {
      marks.insert(
        .band(name, x: lengths, lower: intervals.lower, upper: intervals.upper), at: 0)
    }
    return marks
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
