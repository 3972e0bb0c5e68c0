/// Text as it may stand in markup, inside and outside of attributes.
///
/// Control characters have no place in XML 1.0, not even escaped: a replacement character stands for
/// each.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
    case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{fffe}", "\u{ffff}": result += "\u{fffd}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// JSON as it may stand in a script element of a document that is read as HTML or as XML: no markup
/// can begin or end in it.
func embedded(json: String) -> String {
  json.replacing("&", with: "\\u0026").replacing("<", with: "\\u003c")
    .replacing(">", with: "\\u003e")
}

/// A script or style sheet whose `<` and `&` mean themselves in HTML and in XML.
func verbatim(_ code: String) -> String {
  "/*<![CDATA[*/\n\(code)\n/*]]>*/"
}
