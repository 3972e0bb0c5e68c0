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

  /// The text of tokens; what is not UTF-8 becomes U+FFFD, and unknown numbers are left out.
  func text(of tokens: some Sequence<Int32>) -> String {
    var bytes: [UInt8] = []
    var isFirst = true
    for token in tokens where 0..<count ~= Int(token) {
      let name = storage[starts[Int(token)]..<starts[Int(token) + 1]]
      if !isFirst { bytes += rules.separator.utf8 }
      if isFirst, let dropped = rules.droppedInFirst {
        bytes += Array(name).replacing(dropped, by: "")
      } else {
        bytes += name
      }
      isFirst = false
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let (pattern, count) = rules.stripped else { return text }
    var rest = text.unicodeScalars[...]
    for _ in 0..<count where rest.starts(with: pattern.unicodeScalars) {
      rest = rest.dropFirst(pattern.unicodeScalars.count)
    }
    return String(rest)
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
