/// A recursive reader of JSON5 (and so of JSON) over bytes in memory, with a place for every node.
///
/// Every loop moves `position` forward, the depth is bounded, and a number or name costs at most a
/// constant times its own length, so the time is linear in the input and the memory too.
struct JSONParser {
  /// Deep enough for any real file, shallow enough for the smallest thread stack.
  static let maximumDepth = 128

  let bytes: [UInt8]
  let file: String
  var position = 0

  /// The furthest place asked for so far: places are asked for in order, so that finding all of
  /// them takes one pass over the input, even when it is a single long line.
  private var located = (offset: 0, line: 1, column: 1)
  private let firstLine: Int

  init(_ bytes: [UInt8], file: String, firstLine: Int = 1) {
    self.bytes = bytes
    self.file = file
    self.firstLine = firstLine
    located.line = firstLine
  }

  /// The single value that the input holds.
  mutating func document() throws(JSONError) -> JSONValue {
    try checkEncoding()
    let value = try value(depth: 0)
    try skipTrivia()
    guard position == bytes.count else { throw unexpected("the end of the text") }
    return value
  }

  private mutating func checkEncoding() throws(JSONError) {
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw failure(.notUTF8, at: error.byteOffsets.lowerBound)
    }
  }

  // MARK: Values

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    try skipTrivia()
    guard position < bytes.count else { throw failure(.unexpectedEnd(wanted: "a value")) }
    let start = position
    switch bytes[position] {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let place = location(of: start)
      return JSONValue(.string(try string()), at: place)
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
      UInt8(ascii: "."), UInt8(ascii: "I"), UInt8(ascii: "N"):
      let place = location(of: start)
      return JSONValue(try number(), at: place)
    case UInt8(ascii: "t") where skip(word: "true"):
      return JSONValue(.bool(true), at: location(of: start))
    case UInt8(ascii: "f") where skip(word: "false"):
      return JSONValue(.bool(false), at: location(of: start))
    case UInt8(ascii: "n") where skip(word: "null"):
      return JSONValue(.null, at: location(of: start))
    default: throw unexpected("a value")
    }
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    let place = location(of: position)
    try checkDepth(depth)
    position += 1
    if let integers = packedIntegers() { return JSONValue(.integers(integers), at: place) }
    var elements: [JSONValue] = []
    while true {
      try skipTrivia()
      if skip("]") { break }
      elements.append(try value(depth: depth))
      try skipTrivia()
      if skip("]") { break }
      guard skip(",") else { throw unexpected("a comma or ] in the array") }
    }
    return JSONValue(.array(elements), at: place)
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    let place = location(of: position)
    try checkDepth(depth)
    position += 1
    var members: [JSONMember] = []
    var index: [ExactText: Int] = [:]
    while true {
      try skipTrivia()
      if skip("}") { break }
      guard position < bytes.count else {
        throw failure(.unexpectedEnd(wanted: "a key or } of the object"))
      }
      let keyStart = position
      let keyPlace = location(of: position)
      let key = try key()
      if let first = first(key, in: members, &index) {
        throw failure(
          .duplicateKey(key, first: members[first].keyLocation), at: keyStart)
      }
      try skipTrivia()
      guard skip(":") else { throw unexpected("a colon after the key \(quoted(key))") }
      members.append(JSONMember(key, try value(depth: depth), at: keyPlace))
      try skipTrivia()
      if skip("}") { break }
      guard skip(",") else { throw unexpected("a comma or } in the object") }
    }
    return JSONValue(.object(members), at: place)
  }

  /// Where a key stands already: by comparison in a small object, by an index in a larger one.
  private func first(
    _ key: String, in members: [JSONMember], _ index: inout [ExactText: Int]
  ) -> Int? {
    let key = ExactText(key)
    if members.count < 12 { return members.firstIndex { ExactText($0.key) == key } }
    for member in index.count..<members.count { index[ExactText(members[member].key)] = member }
    return index[key]
  }

  private mutating func key() throws(JSONError) -> String {
    switch bytes[position] {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): try string()
    default: try identifier()
    }
  }

  // MARK: Helpers

  private mutating func checkDepth(_ depth: Int) throws(JSONError) {
    guard depth <= Self.maximumDepth else {
      throw failure(.tooDeep(limit: Self.maximumDepth))
    }
  }

  /// Steps over one ASCII character if it comes next.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Steps over a word that ends where a name would end.
  mutating func skip(word: StaticString) -> Bool {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count else { return false }
    for i in 0..<word.utf8CodeUnitCount where bytes[position + i] != word.utf8Start[i] {
      return false
    }
    guard end == bytes.count || !isNamePart(at: end) else { return false }
    position = end
    return true
  }

  /// The place of a byte. Cheap when asked for in ascending order.
  mutating func location(of offset: Int) -> TextLocation {
    if offset < located.offset { located = (0, firstLine, 1) }
    var (at, line, column) = located
    while at < offset {
      let byte = bytes[at]
      at += 1
      if byte == 0x0A || (byte == 0x0D && !(at < bytes.count && bytes[at] == 0x0A)) {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    located = (at, line, column)
    return TextLocation(line: line, column: column)
  }

  /// An error at a byte, or where the parser stands.
  mutating func failure(_ problem: JSONError.Problem, at offset: Int? = nil) -> JSONError {
    JSONError(file: file, location: location(of: offset ?? position), problem: problem)
  }

  /// An error about what stands at `position`.
  mutating func unexpected(_ wanted: String) -> JSONError {
    guard position < bytes.count else { return failure(.unexpectedEnd(wanted: wanted)) }
    var end = position
    while end < bytes.count, end - position < 40, isNamePart(at: end) { end = after(end) }
    if end == position { end = after(position) }
    let found = String(decoding: bytes[position..<end], as: UTF8.self)
    return failure(.unexpected(found: quoted(found), wanted: wanted))
  }
}
