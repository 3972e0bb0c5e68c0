/// One column of a mark's data, for what concerns all kinds of marks alike: checks and ranges.
struct MarkColumn {
  enum Direction { case x, y, neither }

  var name: String
  var values: [Double]
  var direction: Direction
  var allowsGaps = false
}

extension Mark {
  /// All columns; those of the data's positions must be equally long.
  var columns: [MarkColumn] {
    switch content {
    case .line(let x, let y, let allowsGaps):
      return [
        MarkColumn(name: "x", values: x, direction: .x),
        MarkColumn(name: "y", values: y, direction: .y, allowsGaps: allowsGaps),
      ]
    case .band(let x, let lower, let upper), .errorBars(let x, let lower, let upper):
      return [
        MarkColumn(name: "x", values: x, direction: .x),
        MarkColumn(name: "lower", values: lower, direction: .y),
        MarkColumn(name: "upper", values: upper, direction: .y),
      ]
    case .scatter(let x, let y, _), .stems(let x, let y):
      return [
        MarkColumn(name: "x", values: x, direction: .x),
        MarkColumn(name: "y", values: y, direction: .y),
      ]
    case .bars(let values, let lower, let upper, let allowsGaps):
      var columns = [
        MarkColumn(name: "values", values: values, direction: .y, allowsGaps: allowsGaps)
      ]
      for (name, ends) in [("lower", lower), ("upper", upper)] {
        guard let ends else { continue }
        columns.append(
          MarkColumn(name: name, values: ends, direction: .y, allowsGaps: allowsGaps))
      }
      return columns
    case .heatmap(let heatmap):
      return heatmap.rows.enumerated().map { index, row in
        MarkColumn(
          name: "row \(index)", values: row, direction: .neither, allowsGaps: heatmap.allowsGaps)
      }
    }
  }

  /// Whether the mark stands on the places of an axis of names: (x, y).
  var needsCategories: (x: Bool, y: Bool) {
    switch content {
    case .bars: (true, false)
    case .heatmap: (true, true)
    default: (false, false)
    }
  }

  /// Whether the mark grows from zero, so that zero must be in the picture.
  var growsFromZero: Bool {
    switch content {
    case .bars, .stems: true
    default: false
    }
  }

  /// Checks the data against the axes on which it is to stand.
  /// - Throws: `PlottingError`, naming the series, the column and the index.
  func check(x: Axis, y: Axis) throws(PlottingError) {
    let columns = columns
    guard let first = columns.first, !first.values.isEmpty else { throw .emptySeries(name) }
    for column in columns {
      guard column.values.count == first.values.count else {
        throw .mismatchedLengths(
          series: name, first: first.name, first.values.count, second: column.name,
          column.values.count)
      }
      try check(column, on: column.direction == .x ? x : y)
    }
    if case .scatter(let x, _, let labels?) = content, labels.count != x.count {
      throw .mismatchedLengths(
        series: name, first: "x", x.count, second: "labels", labels.count)
    }
    if case .heatmap(let heatmap) = content, let range = heatmap.range {
      let (low, high) = (range.lowerBound, range.upperBound)
      guard low > -1e100, low < high, high < 1e100 else {
        throw .badDomain(axis: "colour", lower: low, upper: high)
      }
    }
    try checkIntervals()
    try checkCategories(x: x, y: y)
  }

  private func check(_ column: MarkColumn, on axis: Axis) throws(PlottingError) {
    if column.allowsGaps && column.values.allSatisfy(\.isNaN) && column.direction != .neither {
      throw .emptySeries(name)
    }
    for (index, value) in column.values.enumerated() {
      if column.allowsGaps && value.isNaN { continue }
      guard value.isFinite else {
        throw .notFinite(series: name, column: column.name, index: index)
      }
      guard abs(value) < 1e100 else {
        throw .tooLarge(series: name, column: column.name, index: index, value: value)
      }
      if column.direction != .neither && axis.kind.isLogarithmic && value < 1e-100 {
        throw .notPositive(
          series: name, axis: column.direction == .x ? "x" : "y", index: index, value: value)
      }
    }
  }

  private func checkIntervals() throws(PlottingError) {
    let (lower, upper): ([Double], [Double])
    switch content {
    case .band(_, let low, let high), .errorBars(_, let low, let high): (lower, upper) = (low, high)
    case .bars(_, let low?, let high?, _): (lower, upper) = (low, high)
    default: return
    }
    for (index, (low, high)) in zip(lower, upper).enumerated() where low > high {
      throw .invertedInterval(series: name, index: index, lower: low, upper: high)
    }
  }

  private func checkCategories(x: Axis, y: Axis) throws(PlottingError) {
    let needs = needsCategories
    if needs.x && x.categories == nil { throw .needsCategories(series: name, axis: "x") }
    if needs.y && y.categories == nil { throw .needsCategories(series: name, axis: "y") }
    if case .heatmap(let heatmap) = content, heatmap.rows.count != y.categories?.count {
      throw .mismatchedLengths(
        series: name, first: "its rows", heatmap.rows.count, second: "the names of the y axis",
        y.categories?.count ?? 0)
    }
    if let first = columns.first, needs.x, first.values.count != x.categories?.count {
      throw .mismatchedLengths(
        series: name, first: first.name, first.values.count, second: "the names of the x axis",
        x.categories?.count ?? 0)
    }
    for column in columns where column.direction != .neither {
      let axis = column.direction == .x ? x : y
      guard let count = axis.categories?.count else { continue }
      let places = -0.5...(Double(count) - 0.5)
      for value in column.values where !places.contains(value) {
        throw .noSuchCategory(
          series: name, axis: column.direction == .x ? "x" : "y", value: value, count: count)
      }
    }
  }
}
