/// Accuracy over compute: one curve a method, points labelled, with the frontier of the best.
public struct FrontierFigure: FigureMaker {
  /// The points of one method, from small budgets to large ones.
  public struct Series: Sendable {
    public var name: String
    /// Floating-point operations of each budget.
    public var flops: [Double]
    public var accuracies: [Double]
    /// A text for each point, such as the number of steps or tokens; nil writes none.
    public var labels: [String]?
    /// The intervals of the accuracies, NaN where one has none; nil draws none.
    public var intervals: (lower: [Double], upper: [Double])?

    public init(
      _ name: String, flops: [Double], accuracies: [Double], labels: [String]? = nil,
      intervals: (lower: [Double], upper: [Double])? = nil
    ) {
      self.name = name
      self.flops = flops
      self.accuracies = accuracies
      self.labels = labels
      self.intervals = intervals
    }
  }

  /// The series of one panel, for example of one context length.
  public struct Group: Sendable {
    public var title: String?
    public var series: [Series]

    public init(title: String? = nil, series: [Series]) {
      self.title = title
      self.series = series
    }
  }

  public var groups: [Group]
  /// What the compute buys.
  public var valueAxis = Axis.probability("Exact-match accuracy")
  public var title: String?
  public var caption: String?

  public init(_ groups: [Group], title: String? = nil, caption: String? = nil) {
    self.groups = groups
    self.title = title
    self.caption = caption
  }

  public var figure: Figure {
    let panels = groups.map { group in
      Panel(
        title: group.title, x: .log10("Compute after the prefill (FLOPs)"), y: valueAxis,
        marks: frontier(of: group.series) + group.series.flatMap(marks))
    }
    let rows = Double((panels.count + 2) / 3)
    return Figure(
      size: panels.count > 1 ? .inches(7, 2.7 * rows) : .column, panels: panels,
      title: title, caption: caption,
      sharesY: true)
  }

  private func marks(_ series: Series) -> [Mark] {
    var marks = [Mark.line(series.name, x: series.flops, y: series.accuracies)]
    if let intervals = series.intervals {
      let places = series.flops.indices.filter {
        !intervals.lower[$0].isNaN && !intervals.upper[$0].isNaN
      }
      if !places.isEmpty {
        marks.append(
          .errorBars(
            series.name, x: places.map { series.flops[$0] },
            lower: places.map { intervals.lower[$0] }, upper: places.map { intervals.upper[$0] }))
      }
    }
    if let labels = series.labels {
      marks.append(
        .scatter(series.name, x: series.flops, y: series.accuracies, labels: labels))
    }
    return marks
  }

  /// A staircase through the points that no cheaper point equals.
  private func frontier(of series: [Series]) -> [Mark] {
    let points = series.flatMap { zip($0.flops, $0.accuracies) }
      .sorted { ($0.0, -$0.1) < ($1.0, -$1.1) }
    var x: [Double] = []
    var y: [Double] = []
    for (flops, accuracy) in points {
      let best = y.last ?? -.infinity
      guard accuracy > best else { continue }
      if !y.isEmpty {
        x.append(flops)
        y.append(best)
      }
      x.append(flops)
      y.append(accuracy)
    }
    if let last = points.last, let best = y.last, last.0 > x[x.count - 1] {
      x.append(last.0)
      y.append(best)
    }
    guard x.count > 1 else { return [] }
    let style = SeriesStyle(color: Color(hex: 0xD9D9D9), marker: nil, lineWidth: 4)
    return [.line("frontier", x: x, y: y, style: style)]
  }
}
