/// Accuracy or answer probability over context length; the same form as the dilution curve.
public struct AccuracyCurve: FigureMaker {
  public var series: [LengthSeries]
  /// What is measured: the y axis's label.
  public var measure: String
  /// The accuracy of a guess, drawn as a level line.
  public var chance: Double?
  public var trainingLength: Double?
  public var title: String?
  public var caption: String?

  public init(
    series: [LengthSeries], measure: String = "Exact-match accuracy", chance: Double? = nil,
    trainingLength: Double? = nil, title: String? = nil, caption: String? = nil
  ) {
    self.series = series
    self.measure = measure
    self.chance = chance
    self.trainingLength = trainingLength
    self.title = title
    self.caption = caption
  }

  public var figure: Figure {
    var references = Reference.training(length: trainingLength)
    if let chance { references.append(.horizontal(at: chance, label: "chance", dash: .dotted)) }
    let panel = Panel(
      x: .contextLength, y: .probability(measure), marks: series.flatMap(\.marks),
      references: references)
    // Many methods need the width that their legend takes beside the data.
    let size = series.count > 6 ? Size.inches(5.5, 3) : .column
    return Figure(size: size, panels: [panel], title: title, caption: caption)
  }
}
