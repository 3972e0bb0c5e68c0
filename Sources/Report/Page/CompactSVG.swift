/// An SVG with the same picture in fewer bytes.
///
/// Cairo writes every property of every path, and coordinates to a millionth of a point. Properties that
/// have their initial value go (the style sheet of the page sets the one that differs), and numbers
/// keep what a screen can show. Texts stay as they are.
func compact(svg: String) -> String {
  var result: [UInt8] = []
  let bytes = Array(svg.utf8)
  result.reserveCapacity(bytes.count)
  var isInTag = false
  var place = 0
  while place < bytes.count {
    let byte = bytes[place]
    if byte == UInt8(ascii: "<") { isInTag = true }
    if byte == UInt8(ascii: ">") { isInTag = false }
    let isDigit = 48...57 ~= byte
    if isInTag, isDigit {
      let end = bytes[place...].firstIndex { !(48...57 ~= $0 || $0 == UInt8(ascii: ".")) }
      let number = bytes[place..<(end ?? bytes.count)]
      result += shortened(number)
      place = number.endIndex
    } else {
      result.append(byte)
      place += 1
    }
  }
  var text = String(decoding: result, as: UTF8.self)
  for property in [
    "fill-rule:nonzero;", "fill-opacity:1;", "stroke:none;", "stroke-linecap:butt;",
    "stroke-opacity:1;", "stroke-miterlimit:10;",
  ] { text = text.replacing(property, with: "") }
  return text.replacing(" style=\"\"", with: "")
}

/// Digits with at most two of them behind the point, or four where the number is below ten: a scale
/// is small, and a place on the page is not.
private func shortened(_ digits: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  guard let point = digits.firstIndex(of: UInt8(ascii: ".")) else { return digits }
  let kept = point - digits.startIndex >= 2 ? 2 : 4
  guard digits.endIndex - point - 1 > kept,
    let value = Double(String(decoding: digits, as: UTF8.self))
  else { return digits }
  let scale = kept == 2 ? 100.0 : 10_000.0
  var rest = Int((value * scale).rounded())
  var text = "\(rest / Int(scale))"
  rest %= Int(scale)
  guard rest > 0 else { return ArraySlice(text.utf8) }
  let fraction = "\(rest)"
  text += "." + String(repeating: "0", count: kept - fraction.count) + fraction
  while text.last == "0" { text.removeLast() }
  return ArraySlice(text.utf8)
}
