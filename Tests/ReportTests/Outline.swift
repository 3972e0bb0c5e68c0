import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A document as a parser of XML sees it.
final class Outline: NSObject, XMLParserDelegate {
  private(set) var elements: [String] = []
  /// The values of `id`.
  private(set) var names: [String] = []
  /// What links, labels and drawings refer to inside the document.
  private(set) var references: [String] = []
  private(set) var problem: String?
  private var texts: [(element: String, text: String)] = []
  private var open: [Int] = []

  init?(_ document: String) {
    super.init()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = self
    if !parser.parse() {
      problem = "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "unknown")"
    }
  }

  /// The texts directly inside elements of a name, in order.
  func text(of element: String) -> [String] {
    texts.filter { $0.element == element }.map(\.text)
  }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append(element)
    open.append(texts.count)
    texts.append((element, ""))
    if let name = attributes["id"] { names.append(name) }
    for (key, value) in attributes {
      switch key {
      case "href" where value.hasPrefix("#"): references.append(String(value.dropFirst()))
      case "aria-labelledby", "data-source": references.append(value)
      case "clip-path" where value.hasPrefix("url(#"):
        references.append(String(value.dropFirst(5).dropLast()))
      default: break
      }
    }
  }

  func parser(
    _ parser: XMLParser, didEndElement element: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if let place = open.last { texts[place].text += text }
  }

  func parser(_ parser: XMLParser, foundCDATA block: Data) {
    if let place = open.last { texts[place].text += String(decoding: block, as: UTF8.self) }
  }
}
