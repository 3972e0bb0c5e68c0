/// Target mass over context length: how much attention still reaches the needle as `T` grows.
///
/// The best head, which is the one that retrieves, and the mean over layers and heads, which is what
/// is usually reported, have a panel each; a panel without series is left out.
public struct DilutionCurve: FigureMaker {
  public var bestHead: [LengthSeries]
  public var layerHeadMean: [LengthSeries]
  /// The largest mass that the dilution bound `1/(1 + m·e^(−Δ))` allows, in the best head's panel.
  public var bound: LengthSeries?
  /// The longest context seen in training, in tokens.
  public var trainingLength: Double?
  public var title: String?
  /// For example `n = 64 instances a point, seed 7; bands: 95 % intervals`.
  public var caption: String?

  public init(
    bestHead: [LengthSeries], layerHeadMean: [LengthSeries] = [], bound: LengthSeries? = nil,
    trainingLength: Double? = nil, title: String? = nil, caption: String? = nil
  ) {
    self.bestHead = bestHead
    self.layerHeadMean = layerHeadMean
    self.bound = bound
    self.trainingLength = trainingLength
    self.title = title
    self.caption = caption
  }

  public var figure: Figure {
    var panels: [Panel] = []
    if !bestHead.isEmpty {
      // A line needs two points; one is marked as a level.
      let boundLine = bound.flatMap { bound in
        bound.lengths.count == 1
          ? nil : Mark.line(bound.name, x: bound.lengths, y: bound.means, style: .theory)
      }
      let label = "Target mass $\\sum_{j \\in J^*} \\alpha_{ij}$"
      panels.append(
        panel(
          "Best head", .probability(label),
          bestHead.flatMap(\.marks) + (boundLine.map { [$0] } ?? [])))
      if let bound, bound.lengths.count == 1, let level = bound.means.first {
        panels[0].references.append(.horizontal(at: level, label: bound.name))
      }
    }
    if !layerHeadMean.isEmpty {
      // Most heads do something else, so that this mean is small and gets a range of its own.
      let label = "Mean target mass"
      var y = Axis.linear(label)
      y.including = [0]
      panels.append(panel("Mean over layers and heads", y, layerHeadMean.flatMap(\.marks)))
    }
    if panels.count == 1 { panels[0].title = nil }
    return Figure(
      size: panels.count > 1 ? .page : .column, panels: panels, title: title, caption: caption)
  }

  private func panel(_ title: String, _ y: Axis, _ marks: [Mark]) -> Panel {
    Panel(
      title: title, x: .contextLength, y: y, marks: marks,
      references: Reference.training(length: trainingLength))
  }
}
