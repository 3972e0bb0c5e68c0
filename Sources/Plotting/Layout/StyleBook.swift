/// Which look each name of a figure has, settled once so that all panels agree.
struct StyleBook {
  /// One line of a legend.
  struct Entry {
    var name: String
    var style: SeriesStyle
    var hasLine = false
    var hasBand = false
    var hasMarkers = false
    var hasBars = false

    var isGuide: Bool { style.marker == nil && !hasBars && !hasMarkers }
  }

  private var styles: [String: SeriesStyle] = [:]
  /// The names that a legend explains, in the order in which they first appear.
  let entries: [Entry]

  init(_ panels: [Panel], _ named: NamedStyles) {
    var unknown = 0
    // How many names have asked for a fixed look: `qTTT, N = 8` and `qTTT, N = 32` share theirs.
    var asked: [(style: SeriesStyle, count: Int)] = []
    var entries: [Entry] = []
    for mark in panels.flatMap(\.marks) {
      if let own = mark.style, styles[mark.name] == nil {
        styles[mark.name] = own
      } else if styles[mark.name] == nil, !mark.isHeatmap {
        if let fixed = named[mark.name] {
          if let place = asked.firstIndex(where: { $0.style == fixed }) {
            styles[mark.name] = fixed.variant(asked[place].count)
            asked[place].count += 1
          } else {
            styles[mark.name] = fixed
            asked.append((fixed, 1))
          }
        } else {
          styles[mark.name] = .other(unknown)
          unknown += 1
        }
      }
      guard mark.showsInLegend, !mark.name.isEmpty else { continue }
      let style = mark.style ?? styles[mark.name] ?? .other(0)
      let place = entries.firstIndex { $0.name == mark.name }
      var entry = place.map { entries[$0] } ?? Entry(name: mark.name, style: style)
      entry.include(mark.content, markers: style.marker != nil)
      if let place { entries[place] = entry } else { entries.append(entry) }
    }
    // Guide lines are explained after the series that they are to be compared with.
    self.entries = entries.filter { !$0.isGuide } + entries.filter(\.isGuide)
  }

  /// The look of a mark: its own, or the one of its name.
  func style(of mark: Mark) -> SeriesStyle {
    mark.style ?? styles[mark.name] ?? .other(0)
  }
}

extension StyleBook.Entry {
  fileprivate mutating func include(_ content: Mark.Content, markers: Bool) {
    switch content {
    case .line(let x, _, _):
      hasLine = true
      if markers && x.count <= MarkPainter.mostMarkers { hasMarkers = true }
    case .band: hasBand = true
    case .scatter: hasMarkers = true
    case .errorBars: hasLine = true
    case .stems: hasLine = true
    case .bars: hasBars = true
    case .heatmap: break
    }
  }
}

extension Mark {
  fileprivate var isHeatmap: Bool {
    if case .heatmap = content { true } else { false }
  }
}
