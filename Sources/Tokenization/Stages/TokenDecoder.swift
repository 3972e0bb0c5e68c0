/// How the names of tokens become text again.
struct DecodingRules: Sendable {
  /// Whether names are written in the characters of `ByteAlphabet`.
  var isByteLevel = false
  /// Whether names such as `<0x0A>` are bytes.
  var hasByteTokens = false
  /// What is replaced in names, in order.
  var replacements: [(old: String, new: String)] = []
  /// What is left out of the first token.
  var droppedInFirst: String?
  /// What the text loses at its beginning, as often as it stands there and at most so many times.
  var stripped: (text: String, count: Int)?
  /// What stands between tokens.
  var separator = ""
}

/// The bytes of every token.
struct TokenDecoder: Sendable {
  let rules: DecodingRules
  private var storage: [UInt8] = []
  private var starts: [Int] = [0]

  /// The number of tokens, those without a name included.
  var count: Int { starts.count - 1 }

  init(_ rules: DecodingRules, count: Int, name: (Int32) -> String?) {
    self.rules = rules
    for number in 0..<count {
      if let name = name(Int32(number)) { storage.append(contentsOf: rules.bytes(of: name)) }
      starts.append(storage.count)
    }
  }

  func bytes(of token: Int32) -> ArraySlice<UInt8>? {
    guard 0..<count ~= Int(token) else { return nil }
    return storage[starts[Int(token)]..<starts[Int(token) + 1]]
  }
}

extension DecodingRules {
  func bytes(of name: String) -> [UInt8] {
    if isByteLevel { return ByteAlphabet.bytes(of: name) ?? Array(name.utf8) }
    if hasByteTokens, let byte = Self.byte(name) { return [byte] }
    return replacements.reduce(Array(name.utf8)) { $0.replacing($1.old, by: $1.new) }
  }

  /// The byte that a name such as `<0x0A>` stands for.
  static func byte(_ name: String) -> UInt8? {
    let text = Array(name.utf8)
    guard text.count == 6, name.hasPrefix("<0x"), name.hasSuffix(">") else { return nil }
    return UInt8(String(decoding: text[3..<5], as: UTF8.self), radix: 16)
  }
}

/// Decodes tokens one by one and holds back what is not yet a whole character.
public struct DecodingStream: Sendable {
  private let decoder: TokenDecoder
  private let leftOut: Set<Int32>
  /// Bytes that begin a character.
  private var held: [UInt8] = []
  private var isFirst = true
  private var toStrip: Int

  init(_ decoder: TokenDecoder, leavingOut leftOut: Set<Int32>) {
    self.decoder = decoder
    self.leftOut = leftOut
    toStrip = decoder.rules.stripped?.count ?? 0
  }

  /// The text that is complete with a token.
  public mutating func append(_ token: Int32) -> String {
    guard !leftOut.contains(token), let bytes = decoder.bytes(of: token) else { return "" }
    let rules = decoder.rules
    if isFirst {
      isFirst = false
      if let dropped = rules.droppedInFirst {
        held += Array(bytes).replacing(dropped, by: "")
      } else {
        held += bytes
      }
    } else {
      held += Array(rules.separator.utf8) + bytes
    }
    let end = held.count - Self.incompleteSuffix(held)
    let text = String(decoding: held[..<end], as: UTF8.self)
    held.removeSubrange(..<end)
    return stripped(text)
  }

  /// What was held back: an incomplete character is U+FFFD.
  public mutating func finish() -> String {
    defer { held = [] }
    return stripped(String(decoding: held, as: UTF8.self))
  }

  private mutating func stripped(_ text: String) -> String {
    guard toStrip > 0, let pattern = decoder.rules.stripped?.text, !text.isEmpty else {
      return text
    }
    var rest = Substring(text)
    while toStrip > 0, rest.unicodeScalars.starts(with: pattern.unicodeScalars) {
      rest = Substring(rest.unicodeScalars.dropFirst(pattern.unicodeScalars.count))
      toStrip -= 1
    }
    if !rest.isEmpty { toStrip = 0 }
    return String(rest)
  }

  /// How many bytes at the end begin a character that more bytes may complete.
  private static func incompleteSuffix(_ bytes: [UInt8]) -> Int {
    for length in 1...3 where length <= bytes.count {
      let byte = bytes[bytes.count - length]
      guard byte & 0xC0 != 0x80 else { continue }
      let wanted = byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
      guard length < wanted else { return 0 }
      guard length > 1 else { return 1 }
      // Some second bytes rule the character out: then it is wrong already, and not held back.
      let second = bytes[bytes.count - length + 1]
      let isPossible =
        switch byte {
        case 0xE0: second >= 0xA0
        case 0xED: second < 0xA0
        case 0xF0: second >= 0x90
        case 0xF4: second < 0x90
        default: byte < 0xF5
        }
      return isPossible ? length : 0
    }
    return 0
  }
}

extension [UInt8] {
  /// The bytes with every occurrence of a text replaced. Bytes, because characters that join with
  /// their neighbours would hide some.
  func replacing(_ old: String, by new: String) -> [UInt8] {
    let (old, new) = (Array(old.utf8), Array(new.utf8))
    guard !old.isEmpty, count >= old.count else { return self }
    var result: [UInt8] = []
    var place = 0
    while place < count {
      if self[place] == old[0], self[place...].starts(with: old) {
        result += new
        place += old.count
      } else {
        result.append(self[place])
        place += 1
      }
    }
    return result
  }
}
