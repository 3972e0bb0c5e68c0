/// One pair of axes and what is drawn on it.
public struct Panel: Sendable {
  /// How the bars of several marks share a place.
  public enum BarArrangement: Sendable, Equatable { case grouped, stacked }

  /// Stands above the frame, behind the panel's letter; may hold markup.
  public var title: String?
  public var x: Axis
  public var y: Axis
  public var marks: [Mark]
  public var references: [Reference]
  public var bars: BarArrangement

  public init(
    title: String? = nil, x: Axis, y: Axis, marks: [Mark], references: [Reference] = [],
    bars: BarArrangement = .grouped
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.marks = marks
    self.references = references
    self.bars = bars
  }

  /// Checks marks and references.
  /// - Throws: `PlottingError` for the first fault; `number` counts panels from 1.
  func check(number: Int) throws(PlottingError) {
    guard !marks.isEmpty else { throw .emptyPanel(number: number) }
    for (axis, name) in [(x, "x"), (y, "y")] {
      let least = axis.kind.isLogarithmic ? 1e-100 : -1e100
      for value in axis.including where !(value >= least && value < 1e100) {
        throw .badDomain(axis: name, lower: value, upper: value)
      }
      guard let domain = axis.domain else { continue }
      let (low, high) = (domain.lowerBound, domain.upperBound)
      guard low >= least, low < high, high < 1e100 else {
        throw .badDomain(axis: name, lower: low, upper: high)
      }
    }
    for mark in marks { try mark.check(x: x, y: y) }
    for reference in references { try reference.check(x: x, y: y) }
  }

  /// The axis in a direction.
  func axis(_ direction: MarkColumn.Direction) -> Axis { direction == .x ? x : y }

  /// The scale of an axis over its own range and those of other panels that share it.
  func scale(_ direction: MarkColumn.Direction, with others: [Panel]) -> Scale? {
    let axis = axis(direction)
    let values = ([self] + others).flatMap { $0.range(direction) }
    guard let least = values.min(), let greatest = values.max() else { return nil }
    var scale = Scale(
      axis.kind, from: least, to: greatest, padding: axis.padding, isReversed: axis.isReversed)
    // A bar or an area stands on its axis: there is no room below zero when nothing lies there.
    let growsFromZero = ([self] + others).contains { $0.marks.contains(where: \.growsFromZero) }
    if direction == .y, axis.kind == .linear, growsFromZero, least == 0 {
      scale = Scale(
        .linear, domain: 0...scale.domain.upperBound, isReversed: axis.isReversed)
    }
    return scale
  }

  /// All values that an axis must reach: its fixed ends, or those of the data.
  private func range(_ direction: MarkColumn.Direction) -> [Double] {
    let axis = axis(direction)
    var values = axis.including
    if let domain = axis.domain { return values + [domain.lowerBound, domain.upperBound] }
    for mark in marks {
      for column in mark.columns where column.direction == direction {
        values += column.values.filter { !$0.isNaN }
      }
      if direction == .y, mark.growsFromZero, y.kind == .linear { values.append(0) }
    }
    if direction == .y, bars == .stacked { values += barTops() }
    values += references.compactMap { direction == .x ? $0.xNeeded : $0.yNeeded }
    return values
  }

  /// How many points scatters have.
  var scatteredPoints: Int {
    marks.reduce(0) { count, mark in
      if case .scatter(let x, _, _) = mark.content { count + x.count } else { count }
    }
  }

  /// The heights of stacked bars, one for each place.
  private func barTops() -> [Double] {
    var tops: [Double] = []
    for mark in marks {
      guard case .bars(let values, _, _, _) = mark.content else { continue }
      for (place, value) in values.enumerated() where !value.isNaN {
        if place >= tops.count {
          tops += Array(repeating: 0, count: place - tops.count + 1)
        }
        tops[place] += value
      }
    }
    return tops
  }
}
