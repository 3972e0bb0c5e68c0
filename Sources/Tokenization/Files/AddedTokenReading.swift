import DataFiles

/// Reading objects of which `type` says what they are.
extension JSONObjectReader {
  /// The stages of a member, each with its type; those of a Sequence, which stand in its array `items`,
  /// one by one, and none where the member is missing or null.
  mutating func stages(
    _ key: String, _ items: String
  ) throws(JSONError) -> [(type: String, reader: JSONObjectReader)] {
    guard let value = valueIfPresent(key), !value.isNull else { return [] }
    return try Self.stages(try object(key), items)
  }

  private static func stages(
    _ reader: JSONObjectReader, _ items: String
  ) throws(JSONError) -> [(type: String, reader: JSONObjectReader)] {
    var reader = reader
    let type = try reader.string("type")
    guard type == "Sequence" else { return [(type, reader)] }
    var found: [(type: String, reader: JSONObjectReader)] = []
    for item in try reader.objects(items) { found += try stages(item, items) }
    try reader.finish()
    return found
  }

  /// The error that a type is not one of those that are supported.
  func unsupported(_ type: String, _ supported: String) -> JSONError {
    invalid("type", "is \(shortened(type)), which is not supported; supported are \(supported)")
  }

  /// A pattern `{"Regex": …}` or `{"String": …}`.
  mutating func pattern(_ key: String) throws(JSONError) -> SplitPattern {
    var reader = try object(key)
    let isLiteral = reader.contains("String")
    let text = try reader.string(isLiteral ? "String" : "Regex")
    try reader.finish()
    do throws(PatternError) {
      return try SplitPattern(isLiteral ? SplitPattern.escaped(text) : text)
    } catch {
      throw invalid(key, "cannot be used: \(error)")
    }
  }

  /// A flag that may be missing or null.
  mutating func flag(_ key: String, default fallback: Bool = false) throws(JSONError) -> Bool {
    if let value = valueIfPresent(key), value.isNull { return fallback }
    return try bool(key, default: fallback)
  }

  /// A string that may be missing, null or empty, which is all the same.
  mutating func text(_ key: String) throws(JSONError) -> String? {
    guard let value = valueIfPresent(key), !value.isNull else { return nil }
    let text = try string(key)
    return text.isEmpty ? nil : text
  }
}

extension AddedToken {
  /// Reads `added_tokens`.
  static func list(
    _ reader: inout JSONObjectReader, _ vocabulary: TokenVocabulary
  ) throws(JSONError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    var numbers = ByteStringTable()
    for var item in try reader.objects("added_tokens", isOptional: true) {
      let token = AddedToken(
        content: try item.string("content"),
        id: Int32(try item.int("id", in: 0...TokenVocabulary.limit - 1)),
        isSpecial: try item.flag("special"), isSingleWord: try item.flag("single_word"),
        stripsLeft: try item.flag("lstrip"), stripsRight: try item.flag("rstrip"),
        isNormalized: try item.flag("normalized"))
      try item.finish()
      if let other = vocabulary.number(token.content), other != token.id {
        throw item.invalid("id", "is \(token.id), but the vocabulary has that token as \(other)")
      }
      if let other = numbers.update(token.content, to: token.id), other != token.id {
        throw item.invalid("id", "is \(token.id), but the same token was added as \(other)")
      }
      tokens.append(token)
    }
    return tokens
  }

  /// The tokens that `post_processor` puts before and after a text.
  static func around(
    _ reader: inout JSONObjectReader
  ) throws(JSONError) -> (before: [Int32], after: [Int32]) {
    var (before, after): ([Int32], [Int32]) = ([], [])
    for (type, item) in try reader.stages("post_processor", "processors") {
      switch type {
      // It trims offsets where asked, and ours say where a token is with all of its text.
      case "ByteLevel": break
      case "TemplateProcessing":
        let (first, last) = try template(item)
        before = first + before
        after += last
      default: throw item.unsupported(type, "ByteLevel, TemplateProcessing and Sequence")
      }
    }
    return (before, after)
  }

  private static func template(
    _ reader: JSONObjectReader
  ) throws(JSONError) -> (before: [Int32], after: [Int32]) {
    var reader = reader
    var (before, after): ([Int32], [Int32]) = ([], [])
    var isBefore = true
    let pieces = try reader.objects("single")
    var tokens = try reader.object("special_tokens")
    for var piece in pieces {
      if piece.contains("Sequence") {
        guard isBefore else { throw reader.invalid("single", "holds the text twice") }
        isBefore = false
        continue
      }
      var special = try piece.object("SpecialToken")
      var token = try tokens.object(try special.string("id"))
      let ids = try token.int32s("ids", in: 0...Int32(TokenVocabulary.limit - 1))
      if isBefore { before += ids } else { after += ids }
    }
    guard !isBefore else { throw reader.invalid("single", "does not hold the text") }
    return (before, after)
  }
}
