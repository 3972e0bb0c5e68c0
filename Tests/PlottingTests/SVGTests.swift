import Foundation
import FoundationXML
import Plotting
import Testing

/// What an SVG holds, as an XML parser sees it.
final class SVGReader: NSObject, XMLParserDelegate {
  private(set) var names: [String: Int] = [:]
  private(set) var root: [String: String] = [:]
  private(set) var ids: [String] = []
  private(set) var references: [String] = []
  private(set) var texts: [String: String] = [:]
  private var open = ""

  init?(_ data: Data) {
    super.init()
    let parser = XMLParser(data: data)
    parser.delegate = self
    guard parser.parse() else { return nil }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    if names.isEmpty { root = attributes }
    names[name, default: 0] += 1
    open = name
    if let id = attributes["id"] { ids.append(id) }
    if let reference = attributes["xlink:href"] { references.append(String(reference.dropFirst())) }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    texts[open, default: ""] += string
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) { open = "" }
}

@Suite struct SVGTests {
  private func read(_ figure: Figure) throws -> SVGReader {
    try #require(SVGReader(try figure.render(.svg)), "not well-formed XML")
  }

  @Test func isAsLargeAsTheFigureInPoints() throws {
    let figure = sampleCurve().figure
    let size = try figure.layout().size
    let svg = try read(figure)
    #expect(svg.root["viewBox"] == "0 0 \(Int(size.width)) \(Int(size.height))")
    #expect(svg.root["width"] == "\(Int(size.width))pt")
  }

  @Test func drawsEveryLetterAsAGlyph() throws {
    var axis = Axis.linear("abc d", domain: 0...1)
    axis.ticks = .at([0, 1])
    var none = Axis.linear("efg", domain: 0...1)
    none.ticks = .none
    var figure = figure(x: axis, y: none, .line("hi jk", x: [0, 1], y: [0, 1]))
    figure.caption = "lmnop qr"
    let svg = try read(figure)
    // abcd, efg, hijk, lmnopqr and the ticks 0 and 1; spaces may or may not be drawn.
    let letters = 4 + 3 + 4 + 7 + 2
    let uses = try #require(svg.names["use"])
    #expect(uses >= letters && uses <= letters + 3, "\(uses) glyphs are drawn")
    #expect(svg.names["text"] == nil, "letters must not depend on the reader's fonts")
  }

  @Test func everyReferenceHasItsTargetAndNoNameIsShared() throws {
    let first = try read(sampleCurve().figure)
    let second = try read(figure(.line("a", x: [1, 2], y: [1, 2])))
    for svg in [first, second] {
      #expect(Set(svg.ids).count == svg.ids.count)
      #expect(!svg.references.isEmpty && Set(svg.references).isSubset(of: svg.ids))
    }
    #expect(Set(first.ids).isDisjoint(with: second.ids), "two figures in one page would mix")
  }

  /// A panel of few points has a path for each; one of thousands an image, and axes and texts as ever.
  @Test func thousandsOfPointsAreOneImage() throws {
    var stream = TestStream(7)
    func scattered(_ count: Int) -> Figure {
      let values = (0..<count).map { _ in Double.random(in: 0...1, using: &stream) }
      return figure(.scatter("a", x: values, y: values.reversed()))
    }
    let few = try read(scattered(100))
    let many = scattered(3000)
    let read = try read(many)
    #expect(few.names["image"] == nil && read.names["image"] == 1)
    #expect((read.names["path"] ?? 0) < (few.names["path"] ?? 0))
    #expect(try many.render(.svg) == many.render(.svg))
  }

  @Test func saysWhatItShows() throws {
    var figure = figure(
      x: .linear("step $N$"), y: .linear("loss <nats> & more"), .line("a", x: [1, 2], y: [1, 2]))
    let untitled = try read(figure)
    #expect(untitled.texts["title"] == "loss <nats> & more over step N")
    figure.title = "Mass $\\sum_{j \\in J^*} \\alpha_{ij}$"
    figure.caption = "n = 64\u{1}"
    let titled = try read(figure)
    #expect(titled.texts["title"] == "Mass ∑_j ∈ J^* α_ij")
    #expect(titled.texts["desc"] == "loss <nats> & more over step N; n = 64 ")
    #expect(titled.root["role"] == "img")
  }

  /// Markup and what it means in plain text.
  @Test(arguments: [
    ("plain", "plain"), ("$d_k$", "d_k"), ("$10^3$", "10^3"), ("$10^{-3}$", "10^−3"),
    ("$\\log T$", "log T"), ("$\\alpha\\Delta$", "αΔ"), ("\\$5", "$5"), ("5$", "5$"),
    ("a_b", "a_b"), ("$x_{y^{z}}$", "x_y^z"), ("$x_i^2$", "x_i^2"), ("$\\text{a-b}$", "a-b"),
    ("$\\unknown$", "\\unknown"), ("$_$", ""), ("$x^{2$", "x^2"), ("$\\$", "$$"),
    ("$a_{b_{c_{d_{e_{f}}}}}$", "a_b_c_d_e_f"), ("$$", ""), ("$}{$", ""), ("$1\\,2$", "1\u{2009}2"),
  ])
  func readsMarkup(source: String, plain: String) throws {
    var figure = figure(.line("a", x: [1, 2], y: [1, 2]))
    figure.title = "\(source) is"
    let svg = try read(figure)
    #expect(svg.texts["title"] == "\(plain) is")
  }
}
