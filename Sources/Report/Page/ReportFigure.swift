import Foundation

/// A figure of a report: an SVG inside the page.
public struct ReportFigure: Sendable {
  public var caption: String
  /// The command that draws the same.
  public var command: String
  /// A document of an SVG.
  public var svg: String

  public init(caption: String, command: String, svg: String) {
    self.caption = caption
    self.command = command
    self.svg = svg
  }

  /// Whether the drawing has several panels side by side, whose letters half a page would make small.
  private var isWide: Bool {
    guard let start = svg.range(of: " width=\"") else { return true }
    return (Double(svg[start.upperBound...].prefix { $0.isNumber || $0 == "." }) ?? 0) > 400
  }

  func html(_ names: inout Names, _ glyphs: inout GlyphPool) -> String {
    let drawn = glyphs.inline(svg, prefix: names.next("figure") + "-")
    return """
      <figure\(isWide ? " class=\"wide\"" : "")>
      <div class="scroll" tabindex="0" role="group" aria-label="\(escaped(caption))">\(drawn)</div>
      <figcaption>\(escaped(caption))
      <details><summary>Command</summary><code>\(escaped(command))</code></details></figcaption>
      </figure>

      """
  }
}

/// The letters of all figures of a page.
///
/// Every SVG brings the outlines of its letters along, which are most of its bytes and much the same in
/// all of them: a page keeps each outline once.
struct GlyphPool {
  private var known: [Substring: Int] = [:]
  private var symbols: [Substring] = []

  /// An SVG as part of a page: without the XML declaration and namespaces, its names made unique by a
  /// prefix, its letters taken from the pool.
  mutating func inline(_ document: String, prefix: String) -> String {
    guard let start = document.range(of: "<svg")?.lowerBound else { return "" }
    var text = document[start...]
    var pooled: [Substring: Int] = [:]
    var body = ""
    let opening = "<symbol overflow=\"visible\" id=\""
    while let found = text.range(of: opening),
      let quote = text[found.upperBound...].firstIndex(of: "\""),
      let end = text.range(of: "</symbol>", range: quote..<text.endIndex)
    {
      body += text[..<found.lowerBound]
      let outline = text[quote..<end.lowerBound].dropFirst(2)
      let number = known[outline] ?? symbols.count
      if number == symbols.count {
        known[outline] = number
        symbols.append(outline)
      }
      pooled[text[found.upperBound..<quote]] = number
      text = text[end.upperBound...].drop(while: \.isNewline)
    }
    body += text
    return Self.renamed(compact(svg: Self.plain(body))) { name in
      pooled[name].map { "glyph-\($0)" } ?? prefix + name
    }
  }

  /// The pool as an element that is not seen; nothing where there are no letters.
  var html: String {
    guard !symbols.isEmpty else { return "" }
    let all = symbols.enumerated().map { number, outline in
      "<symbol overflow=\"visible\" id=\"glyph-\(number)\">\(outline)</symbol>\n"
    }
    return "<svg class=\"pool\" width=\"0\" height=\"0\" aria-hidden=\"true\">\n\(all.joined())"
      + "</svg>\n"
  }

  /// Without what only a document of its own needs.
  private static func plain(_ svg: String) -> String {
    svg.replacing(" xmlns=\"http://www.w3.org/2000/svg\"", with: "")
      .replacing(" xmlns:xlink=\"http://www.w3.org/1999/xlink\"", with: "")
      .replacing("xlink:href=", with: "href=")
  }

  /// Every name and every reference to one passed through a closure.
  private static func renamed(_ svg: String, _ rename: (Substring) -> String) -> String {
    let markers: [(text: String, end: Character)] = [
      ("id=\"", "\""), ("href=\"#", "\""), ("url(#", ")"),
    ]
    var result = ""
    var rest = svg[...]
    while true {
      let next = markers.compactMap { marker in
        rest.range(of: marker.text).map { (range: $0, end: marker.end) }
      }.min { $0.range.lowerBound < $1.range.lowerBound }
      guard let next, let end = rest[next.range.upperBound...].firstIndex(of: next.end) else {
        return result + rest
      }
      result += rest[..<next.range.upperBound] + rename(rest[next.range.upperBound..<end])
      rest = rest[end...]
    }
  }
}
