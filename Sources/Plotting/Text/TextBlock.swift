/// A label set in type: fragments with their places, one or several lines, ready to be drawn.
///
/// The block's own origin is the left end of its first baseline.
struct TextBlock {
  struct Fragment {
    var text: String
    var font: Font
    var origin: Point
  }

  private(set) var fragments: [Fragment] = []
  /// The width of the widest line, in points.
  private(set) var width = 0.0
  /// From the top of the first line's capitals to the last line's baseline, scripts not counted.
  private(set) var height = 0.0
  private(set) var lineCount = 0
  let font: Font

  /// Height of capitals and digits over the font size; 0.73 in DejaVu Sans and near it elsewhere.
  static let capHeight = 0.73
  /// Depth of descenders and subscripts over the font size.
  static let depth = 0.24
  static let leading = 1.3

  /// Sets `source` (see `Markup`), broken at spaces where a line would be wider than `limit`; with
  /// `breaksWords`, within words too long for a line as well.
  init(
    _ source: String, font: Font, limit: Double = .infinity, alignment: Alignment = .left,
    breaksWords: Bool = false, canvas: Canvas
  ) {
    self.font = font
    var setter = LineSetter(font: font, limit: limit, breaksWords: breaksWords, canvas: canvas)
    for node in Markup(source).nodes { setter.add(node) }
    let lines = setter.finish()
    width = lines.map(\.width).max() ?? 0
    lineCount = lines.count
    height = font.size * (TextBlock.capHeight + TextBlock.leading * Double(max(0, lineCount - 1)))
    for (index, line) in lines.enumerated() {
      let shift = (width - line.width) * alignment.share
      let baseline = Double(index) * font.size * TextBlock.leading
      for var fragment in line.fragments {
        fragment.origin.x += shift
        fragment.origin.y += baseline
        fragments.append(fragment)
      }
    }
  }

  enum Alignment {
    case left, center, right

    /// Which share of the free room is on the left.
    var share: Double {
      switch self {
      case .left: 0
      case .center: 0.5
      case .right: 1
      }
    }
  }

  /// Height with room for descenders below the last baseline.
  var fullHeight: Double { height + TextBlock.depth * font.size }

  /// The rectangle that the block covers when drawn with the same arguments.
  func bounds(at point: Point, horizontal: Alignment, vertical: VerticalAnchor) -> Rect {
    Rect(
      minX: point.x - width * horizontal.share, minY: top(at: point.y, vertical), width: width,
      height: fullHeight)
  }

  private func top(at y: Double, _ vertical: VerticalAnchor) -> Double {
    switch vertical {
    case .top: y
    case .middle: y - height / 2
    case .baseline: y - height
    case .bottom: y - fullHeight
    }
  }

  enum VerticalAnchor { case top, middle, baseline, bottom }

  /// Draws the block; `angle` turns it about `point`, clockwise, in radians.
  func draw(
    on canvas: Canvas, at point: Point, horizontal: Alignment = .left,
    vertical: VerticalAnchor = .baseline, angle: Double = 0, color: Color
  ) {
    let left = -width * horizontal.share
    let baseline = top(at: 0, vertical) + font.size * TextBlock.capHeight
    canvas.transformed(to: point, angle: angle) {
      for fragment in fragments {
        let origin = Point(x: left + fragment.origin.x, y: baseline + fragment.origin.y)
        canvas.show(fragment.text, in: fragment.font, at: origin, color)
      }
    }
  }
}

/// Fills lines with fragments, breaking at the spaces of plain text.
private struct LineSetter {
  struct Line {
    var fragments: [TextBlock.Fragment] = []
    var width = 0.0
  }

  let font: Font
  let limit: Double
  let breaksWords: Bool
  let canvas: Canvas
  private var lines = [Line()]
  /// What has been set since the last space: it moves to the next line as a whole.
  private var word = Line()
  private var spaceBefore = 0.0

  init(font: Font, limit: Double, breaksWords: Bool, canvas: Canvas) {
    self.font = font
    self.limit = limit
    self.breaksWords = breaksWords
    self.canvas = canvas
  }

  mutating func add(_ node: Markup.Node) {
    guard case .text(let text, isItalic: false) = node else {
      set(node, font: font, rise: 0, into: &word)
      return
    }
    var rest = text[...]
    while let end = rest.firstIndex(where: { $0 == " " || $0 == "\n" }) {
      add(word: rest[..<end])
      endWord()
      if rest[end] == "\n" {
        lines.append(Line())
        spaceBefore = 0
      } else {
        spaceBefore += canvas.advance(of: " ", in: font)
      }
      rest = rest[rest.index(after: end)...]
    }
    // The last word stays open, because it may go on in the mathematics that follow.
    add(word: rest)
  }

  /// Adds to the open word; one that is too long for a line may be broken behind its hyphens, or
  /// anywhere.
  private mutating func add(word text: Substring) {
    guard canvas.advance(of: String(text), in: font) > limit else {
      return set(.text(String(text), isItalic: false), font: font, rise: 0, into: &word)
    }
    var parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    for index in parts.indices.dropLast() { parts[index] += "-" }
    let pieces = parts.flatMap(pieces)
    for (index, piece) in pieces.enumerated() {
      set(.text(piece, isItalic: false), font: font, rise: 0, into: &word)
      if index < pieces.count - 1 { endWord() }
    }
  }

  /// A part of a word in pieces that fit a line, if words may be broken.
  private func pieces(_ part: String) -> [String] {
    guard breaksWords, canvas.advance(of: part, in: font) > limit else { return [part] }
    var pieces: [String] = []
    var piece = ""
    for character in part {
      if !piece.isEmpty, canvas.advance(of: piece + String(character), in: font) > limit {
        pieces.append(piece)
        piece = ""
      }
      piece.append(character)
    }
    return pieces + [piece]
  }

  mutating func finish() -> [Line] {
    endWord()
    return lines
  }

  private mutating func endWord() {
    guard !word.fragments.isEmpty else { return }
    if !lines[lines.count - 1].fragments.isEmpty,
      lines[lines.count - 1].width + spaceBefore + word.width > limit
    {
      lines.append(Line())
      spaceBefore = 0
    }
    let start = lines[lines.count - 1].width + spaceBefore
    for var fragment in word.fragments {
      fragment.origin.x += start
      lines[lines.count - 1].fragments.append(fragment)
    }
    lines[lines.count - 1].width = start + word.width
    word = Line()
    spaceBefore = 0
  }

  private func set(_ node: Markup.Node, font: Font, rise: Double, into line: inout Line) {
    switch node {
    case .text(let text, let isItalic):
      guard !text.isEmpty else { return }
      var font = font
      font.isItalic = isItalic
      for piece in kerned(text) {
        if line.width > 0 && piece.first == "T" && line.fragments.last?.text.last == "T" {
          line.width += 0.05 * font.size
        }
        line.fragments.append(
          .init(text: piece, font: font, origin: Point(x: line.width, y: rise)))
        line.width += canvas.advance(of: piece, in: font)
      }
    case .scripts(let below, let above):
      var small = font
      small.size *= 0.72
      let start = line.width
      var end = start
      for (nodes, shift) in [(below, 0.2), (above, -0.38)] {
        line.width = start
        for inner in nodes { set(inner, font: small, rise: rise + shift * font.size, into: &line) }
        end = max(end, line.width)
      }
      line.width = end
    }
  }

  /// The text cut between two T, which touch each other in most sans-serif fonts: "TTT" would look
  /// like one sign under a bar.
  private func kerned(_ text: String) -> [String] {
    var pieces: [String] = []
    var piece = ""
    for character in text {
      if character == "T" && piece.last == "T" {
        pieces.append(piece)
        piece = ""
      }
      piece.append(character)
    }
    return piece.isEmpty ? pieces : pieces + [piece]
  }
}
