/// A report as one page that needs nothing beside itself: no network, no other file.
///
/// The markup is well-formed XML and valid HTML at once. Equal reports have equal text.
public struct ReportPage: Sendable {
  public var title: String
  /// A line below the title: what the page was made from.
  public var subtitle: String
  public var sections: [ReportSection]

  public init(title: String, subtitle: String, sections: [ReportSection]) {
    self.title = title
    self.subtitle = subtitle
    self.sections = sections
  }

  /// How many figures it has.
  public var figures: Int {
    sections.flatMap(\.blocks).reduce(0) { count, block in
      if case .figures(let figures) = block { count + figures.count } else { count }
    }
  }

  /// The whole document.
  public func html() -> String {
    var names = Names()
    var glyphs = GlyphPool()
    var contents = ""
    var body = ""
    for section in sections {
      let id = names.next("section")
      contents += "<li><a href=\"#\(id)\">\(escaped(section.title))</a></li>\n"
      body += "<section id=\"\(id)\" aria-labelledby=\"\(id)-title\">\n"
      body += "<h2 id=\"\(id)-title\">\(escaped(section.title))</h2>\n"
      for block in section.blocks { body += block.html(&names, &glyphs) }
      body += "</section>\n"
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src \
      'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"/>
      <link rel="icon" href="data:,"/>
      <title>\(escaped(title))</title>
      <style>\(verbatim(ReportStyle.sheet))</style>
      </head>
      <body>
      <a class="skip" href="#contents">Skip to the contents</a>
      <header>
      <h1>\(escaped(title))</h1>
      <p>\(escaped(subtitle))</p>
      <button type="button" id="theme" hidden="hidden">Theme: as the system</button>
      </header>
      \(glyphs.html)<nav id="contents" aria-label="Contents" tabindex="-1">
      <ol>
      \(contents)</ol>
      </nav>
      <main>
      \(body)</main>
      <script>\(verbatim(ReportScript.text))</script>
      </body>
      </html>

      """
  }
}

/// A part of a report under a heading of its own.
public struct ReportSection: Sendable {
  public var title: String
  public var blocks: [ReportBlock]

  public init(title: String, blocks: [ReportBlock]) {
    self.title = title
    self.blocks = blocks
  }
}

/// What a section is made of.
public enum ReportBlock: Sendable {
  case heading(String)
  case text(String)
  /// Names and what they stand for.
  case facts([ReportFact])
  /// A text in a fixed-width face that is folded away under its summary.
  case listing(summary: String, text: String)
  case table(ReportTable)
  case figures([ReportFigure])
  case explorer(AttentionExplorer)

  func html(_ names: inout Names, _ glyphs: inout GlyphPool) -> String {
    switch self {
    case .heading(let text): return "<h3>\(escaped(text))</h3>\n"
    case .text(let text): return "<p>\(escaped(text))</p>\n"
    case .facts(let facts):
      let rows = facts.map { "<dt>\(escaped($0.name))</dt><dd>\(escaped($0.value))</dd>\n" }
      return "<dl>\n\(rows.joined())</dl>\n"
    case .listing(let summary, let text):
      return "<details><summary>\(escaped(summary))</summary>\n<pre tabindex=\"0\">\(escaped(text))"
        + "</pre></details>\n"
    case .table(let table): return table.html(&names)
    case .figures(let figures):
      let all = figures.map { $0.html(&names, &glyphs) }.joined()
      return "<div class=\"figures\">\n\(all)</div>\n"
    case .explorer(let explorer): return explorer.html(&names)
    }
  }
}

/// A name and what it stands for.
public struct ReportFact: Sendable, Equatable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// Names of elements, each given once in a page.
struct Names {
  private var count = 0

  mutating func next(_ kind: String) -> String {
    count += 1
    return "\(kind)-\(count)"
  }
}
