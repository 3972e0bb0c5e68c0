/// Attention along the positions of a context, before and after, with the gold spans marked.
///
/// Long contexts are shown in bins, each as high as its greatest value, so that no peak is lost; gold
/// positions and others that share a bin have a stem each.
public struct PositionProfile: FigureMaker {
  /// The attention of one query row: one value for each position of the context.
  public struct Row: Sendable {
    public var name: String
    public var attention: [Double]

    public init(_ name: String, attention: [Double]) {
      self.name = name
      self.attention = attention
    }
  }

  public var rows: [Row]
  /// Positions that hold the answer.
  public var gold: [Range<Int>]
  /// Whether the attention axis is logarithmic, from 10⁻⁶ on.
  public var hasLogarithmicAttention = false
  public var title: String?
  public var caption: String?

  public init(
    _ rows: [Row], gold: [Range<Int>], title: String? = nil, caption: String? = nil
  ) {
    self.rows = rows
    self.gold = gold
    self.title = title
    self.caption = caption
  }

  /// More bins than this could not be distinguished in print.
  private static let mostBins = 400
  private static let floor = 1e-6

  public var figure: Figure {
    let length = rows.map(\.attention.count).max() ?? 0
    let greatest = rows.flatMap(\.attention).filter(\.isFinite).max() ?? 1
    var x = Axis.linear(
      "Position in the context (tokens)", domain: 0...Double(max(1, length)))
    x.padding = 0.01
    var y = Axis.linear("Attention $\\alpha_{ij}$", domain: 0...max(greatest * 1.08, 1e-12))
    y.padding = 0
    if hasLogarithmicAttention {
      y = .log10("Attention $\\alpha_{ij}$", domain: PositionProfile.floor...1)
      y.padding = 0
    }
    let panels = rows.map { row in
      Panel(title: heading(row), x: x, y: y, marks: marks(row), references: spans(length))
    }
    return Figure(
      size: Size(width: Size.page.width * 0.75, height: 36 + 66 * Double(max(1, rows.count))),
      panels: panels, columns: 1, title: title, caption: caption, legend: .none, sharesX: true)
  }

  /// The name with the share of attention that the gold spans receive.
  private func heading(_ row: Row) -> String {
    let inside = Set(gold.flatMap { $0.clamped(to: 0..<row.attention.count) })
    let mass = inside.reduce(0) { $0 + row.attention[$1] }
    guard !inside.isEmpty, mass.isFinite else { return row.name }
    return row.name + ": target mass " + Numerals.decimal(mass, places: 3)
  }

  /// How many positions a bin has; 1 where every position has a stem of its own.
  public var binWidth: Int { binWidth(rows.map(\.attention.count).max() ?? 0) }

  private func binWidth(_ count: Int) -> Int {
    max(1, (count + PositionProfile.mostBins - 1) / PositionProfile.mostBins)
  }

  /// Grey stems, and bright ones in the gold spans with a marker on the highest of each span.
  private func marks(_ row: Row) -> [Mark] {
    let count = row.attention.count
    let width = binWidth(count)
    let spans = gold.map { $0.clamped(to: 0..<count) }.filter { !$0.isEmpty }
    let goldPositions = Set(spans.joined())
    var others = Stems()
    var targets = Stems()
    for start in stride(from: 0, to: count, by: width) {
      let positions = start..<min(count, start + width)
      let middle = Double(start) + Double(positions.count) / 2
      for isGold in [false, true] {
        let values = positions.filter { goldPositions.contains($0) == isGold }
          .map { row.attention[$0] }
        // A value that is not a number must reach the check, which names it.
        guard let peak = values.first(where: { !$0.isFinite }) ?? values.max() else { continue }
        if hasLogarithmicAttention && peak < PositionProfile.floor { continue }
        if isGold { targets.append(middle, peak) } else { others.append(middle, peak) }
      }
    }
    let thickness = min(1.2, 260 / Double(max(1, (count + width - 1) / width)))
    let grey = SeriesStyle(color: Color(hex: 0x5B6B7A), marker: nil, lineWidth: thickness)
    let bright = SeriesStyle(
      color: Palette.vermilion, marker: .circle, lineWidth: max(0.9, thickness))
    var marks: [Mark] = []
    if !others.x.isEmpty {
      marks.append(.stems(row.name, x: others.x, y: others.y, style: grey))
    }
    guard !targets.x.isEmpty else { return marks }
    marks.append(.stems("gold", x: targets.x, y: targets.y, style: bright))
    var peaks = Stems()
    for span in spans {
      let bins = Double(span.lowerBound / width * width)...Double(span.upperBound + width)
      let inside = targets.x.indices.filter { bins.contains(targets.x[$0]) }
      if let highest = inside.max(by: { targets.y[$0] < targets.y[$1] }) {
        peaks.append(targets.x[highest], targets.y[highest])
      }
    }
    marks.append(.scatter("gold", x: peaks.x, y: peaks.y, style: bright))
    return marks
  }

  private struct Stems {
    private(set) var x: [Double] = []
    private(set) var y: [Double] = []

    mutating func append(_ x: Double, _ y: Double) {
      self.x.append(x)
      self.y.append(y)
    }
  }

  private func spans(_ length: Int) -> [Reference] {
    gold.enumerated().map { index, span in
      .shadedColumns(
        Double(span.lowerBound)...Double(span.upperBound),
        label: gold.count == 1 ? "gold" : "gold \(index + 1)", color: Palette.orange)
    }
  }
}
