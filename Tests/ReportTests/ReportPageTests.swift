import Foundation
import Report
import Testing

@Suite struct ReportPageTests {
  static let nasty = #"<b>&amp; "q" 'a' ]]> </script> \u{0}"# + "\u{1}\u{7f}"

  /// What Cairo writes, as far as a page is concerned with it.
  static func svg(_ prefix: String, letter: String) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <svg role="img" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" \
    width="10pt" height="10pt" viewBox="0 0 10 10" version="1.1">
    <title>A &amp; B</title>
    <defs>
    <g>
    <symbol overflow="visible" id="\(prefix)-0">
    <path style="stroke:none;" d="M 0 0 L 1 1 Z"/>
    </symbol>
    <symbol overflow="visible" id="\(prefix)-1">
    <path style="stroke:none;" d="\(letter)"/>
    </symbol>
    </g>
    <clipPath id="\(prefix)-2"><path d="M 0 0 L 9 9"/></clipPath>
    </defs>
    <g clip-path="url(#\(prefix)-2)"><use xlink:href="#\(prefix)-0" x="1" y="2"/>
    <use xlink:href="#\(prefix)-1" x="3" y="4"/></g>
    </svg>
    """
  }

  static let instance = AttentionExplorer.Instance(
    label: nasty, question: ". a b", answers: ["c", "d"], words: ["x", "<", "&", "z"],
    gold: [.init(hop: 0, span: 1..<3)], holders: [0, 0], positions: 4, binWidth: 1, steps: [0, 8],
    layers: [0], heads: [0], mass: [0.5, 0.25, 0.75, 1],
    attention: [0.25, 0.25, 0.25, 0.25] + [0, 1, 0, 0] + [1e-7, 1, 0, 0] + [0.5, 0.5, 0, 0])

  static func page() -> ReportPage {
    let table = ReportTable(
      caption: nasty,
      columns: [
        .init("task \(nasty)", isFilter: true), .init("T", isNumeric: true, isFilter: true),
        .init("mean", isNumeric: true),
      ],
      rows: [
        [
          .init(nasty), .count(160),
          .init("+.5", value: 0.5, detail: "[.4, .6]", isEmphasized: true),
        ],
        [.init("b"), .count(320), .missing],
      ])
    let figures = ["F M 1 1", "F M 2 2", "F M 1 1"].map { letter in
      ReportFigure(
        caption: nasty, command: "dilution plot x '\(nasty)'",
        svg: svg("fab", letter: letter))
    }
    return ReportPage(
      title: nasty, subtitle: nasty,
      sections: [
        ReportSection(
          title: nasty,
          blocks: [
            .heading(nasty), .text(nasty), .facts([ReportFact(nasty, nasty)]),
            .listing(summary: nasty, text: nasty), .table(table), .figures(figures),
            .explorer(AttentionExplorer([instance])),
          ])
      ])
  }

  @Test func thePageIsWellFormed() throws {
    let outline = try #require(Outline(Self.page().html()))
    #expect(outline.problem == nil)
    #expect(outline.elements.contains("table") && outline.elements.contains("symbol"))
    // Nothing of the texts became an element.
    #expect(!outline.elements.contains("b"))
    #expect(outline.elements.count { $0 == "script" } == 2)
  }

  @Test func namesAreUniqueAndReferencesLeadSomewhere() throws {
    let outline = try #require(Outline(Self.page().html()))
    #expect(Set(outline.names).count == outline.names.count)
    #expect(Set(outline.references).isSubset(of: outline.names))
    // Two outlines of the second letter and one of the first, though three figures bring them along.
    #expect(outline.elements.count { $0 == "symbol" } == 3)
    #expect(outline.elements.count { $0 == "clipPath" } == 3)
    #expect(outline.references.count { $0 == "glyph-0" } == 3)
  }

  @Test func nothingIsFetched() {
    let html = Self.page().html()
    #expect(!html.contains("http:") && !html.contains("https:"))
    #expect(!html.contains("src=\"/") && !html.contains("@import"))
    #expect(html.contains("default-src 'none'"))
  }

  @Test func equalReportsHaveEqualPages() {
    #expect(Self.page().html() == Self.page().html())
  }

  @Test func textsAreShownAsTheyAre() throws {
    let outline = try #require(Outline(Self.page().html()))
    let shown = Self.nasty.replacing("\u{1}", with: "\u{fffd}").replacing(
      "\u{7f}", with: "\u{fffd}")
    #expect(outline.text(of: "h1") == [shown])
    #expect(outline.text(of: "dd") == [shown])
    #expect(outline.text(of: "pre") == [shown])
  }

  @Test func tablesOfferWhatTheirColumnsHold() {
    let html = Self.page().html()
    #expect(html.contains("<label>T <select data-column=\"1\">"))
    #expect(html.contains("<option value=\"320\">320</option>"))
    #expect(!html.contains("<label>mean"))
    #expect(
      html.contains(
        "<td class=\"number\" data-v=\"0.5\"><strong>+.5</strong> <small>[.4, .6]</small></td>"))
    #expect(html.contains("<output aria-live=\"polite\">2 rows</output>"))
  }

  @Test func attentionIsEmbeddedAsBytes() throws {
    let outline = try #require(Outline(Self.page().html()))
    let json = try #require(outline.text(of: "script").first)
    let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
    let packed = try #require((value as? [[String: Any]])?.first)
    #expect(packed["words"] as? String == "x < & z")
    #expect(packed["mass"] as? [Int] == [5000, 2500, 7500, 10000])
    #expect(packed["gold"] as? [[Int]] == [[0, 1, 3]])
    let bytes = try #require(
      (packed["attention"] as? String).flatMap { Data(base64Encoded: $0) })
    // 0 below a millionth, 65535 for all of it, and logarithmic between: a half lies 3288 steps lower.
    let levels = stride(from: 0, to: bytes.count, by: 2).map {
      Int(bytes[$0]) * 256 + Int(bytes[$0 + 1])
    }
    #expect(levels.count == 16)
    #expect(Array(levels[4..<12]) == [0, 65535, 0, 0, 0, 65535, 0, 0])
    #expect(Array(levels[12...]) == [62247, 62247, 0, 0])
  }

  @Test func drawingsLoseDigitsAndNothingElse() {
    let svg = """
      <svg width="504.123456pt"><title>0.123456789 is 12.3456789</title>
      <path style="fill-rule:nonzero;fill:rgb(98.669353%,0%,100%);stroke-opacity:1;" \
      d="M 126.507812 9.99996 L 0.0000123 99.999 C 100.004 7.000049 1 2 3 4"/>
      <g transform="matrix(0.0123456,0,0,-1.5,3.25,17)"><path style="stroke:none;" d="M 1 2"/></g></svg>
      """
    let figure = ReportFigure(caption: "c", command: "d", svg: svg)
    let html = ReportPage(
      title: "t", subtitle: "s",
      sections: [ReportSection(title: "a", blocks: [.figures([figure])])]
    ).html()
    #expect(html.contains("<title>0.123456789 is 12.3456789</title>"))
    #expect(
      html.contains("style=\"fill:rgb(98.67%,0%,100%);\" d=\"M 126.51 10 L 0 100 C 100 7 1 2 3 4\"")
    )
    #expect(html.contains("matrix(0.0123,0,0,-1.5,3.25,17)\"><path d=\"M 1 2\"/>"))
    #expect(html.contains("<figure class=\"wide\">"))
  }

  @Test func theExplorerTakesWhatFits() {
    let explorer = AttentionExplorer([Self.instance, Self.instance, Self.instance], limit: 200)
    #expect(explorer.instances.count == 2 && explorer.omitted == 1)
    let page = ReportPage(
      title: "t", subtitle: "s",
      sections: [ReportSection(title: "a", blocks: [.explorer(explorer)])])
    #expect(page.html().contains("1 more instance would"))
    var broken = Self.instance
    broken.mass = [.nan, 0, 0, 0]
    #expect(!broken.isConsistent)
    broken = Self.instance
    broken.holders = [0, 1]
    #expect(!broken.isConsistent)
    broken = Self.instance
    broken.mass[0] = 1e300
    #expect(!broken.isConsistent)
    // More places than a number can count.
    broken = Self.instance
    broken.positions = 1 << 62
    broken.words = nil
    #expect(!broken.isConsistent)
  }
}
