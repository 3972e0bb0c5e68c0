import Foundation

/// Finishes what Cairo wrote: names that are the same in every run, and a title for screen readers.
///
/// Cairo numbers surfaces over the life of the process, and calls the glyphs of every file alike, so
/// that two figures inside one HTML page would show each other's letters. Here names are counted
/// within the file and begin with a hash of its content.
func finishedSVG(_ svg: Data, title: String, description: String) -> Data {
  let pieces = SVGNames(svg)
  let draft = pieces.joined(prefix: "")
  let prefix = "f" + String(fingerprint(draft), radix: 36) + "-"
  var document = String(decoding: pieces.joined(prefix: prefix), as: UTF8.self)
  guard let start = document.range(of: "<svg "),
    let end = document.range(of: ">", range: start.upperBound..<document.endIndex)
  else { return Data(document.utf8) }
  var heading = "\n<title>\(escaped(title))</title>"
  if !description.isEmpty { heading += "\n<desc>\(escaped(description))</desc>" }
  document.insert(contentsOf: heading, at: end.upperBound)
  document.insert(contentsOf: "role=\"img\" ", at: start.upperBound)
  return Data(document.utf8)
}

/// An SVG cut at its names: what stands between them, and which name comes where.
private struct SVGNames {
  private var texts: [ArraySlice<UInt8>] = []
  private var numbers: [Int] = []

  init(_ svg: Data) {
    let markers = ["id=\"", "href=\"#", "url(#"].map { Array($0.utf8) }
    let bytes = Array(svg)
    var known: [ArraySlice<UInt8>: Int] = [:]
    var start = 0
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      let marker = markers.first { $0[0] == byte && bytes[position...].starts(with: $0) }
      guard let marker else {
        position += 1
        continue
      }
      let name = bytes[(position + marker.count)...].prefix { $0 != 0x22 && $0 != 0x29 }
      let number = known[name] ?? known.count
      known[name] = number
      texts.append(bytes[start..<name.startIndex])
      numbers.append(number)
      start = name.endIndex
      position = start
    }
    texts.append(bytes[start...])
  }

  func joined(prefix: String) -> Data {
    var result = Data(texts[0])
    for (number, text) in zip(numbers, texts.dropFirst()) {
      result.append(contentsOf: (prefix + String(number)).utf8)
      result.append(contentsOf: text)
    }
    return result
  }
}

/// FNV-1a of 64 bits (G. Fowler, L. C. Noll, K.-P. Vo).
private func fingerprint(_ data: Data) -> UInt64 {
  data.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
}

private func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    // Control characters have no place in XML 1.0, not even escaped.
    case "\u{0}"..."\u{8}", "\u{b}"..."\u{1f}", "\u{fffe}", "\u{ffff}": result += " "
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
