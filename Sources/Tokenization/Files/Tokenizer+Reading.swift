import DataFiles

extension Tokenizer {
  /// Reads the `tokenizer.json` at a path, or the one in the folder there.
  ///
  /// - Throws: `FileSystemError`, and `JSONError` for what is no such file or uses what is not
  ///   supported, which it names: unigram and word-piece models, pre-tokenizers beside ByteLevel, Split,
  ///   Digits, Metaspace and those of white space.
  public init(path: String) throws {
    let file = Self.file(path)
    try self.init(JSONValue.read(file), file: file)
  }

  /// The file that a path means: itself, or in a folder `tokenizer.json`.
  public static func file(_ path: String) -> String {
    guard !path.hasSuffix(".json") else { return path }
    return path.hasSuffix("/") ? path + "tokenizer.json" : path + "/tokenizer.json"
  }

  /// Reads the contents of a `tokenizer.json`.
  ///
  /// - Parameter file: what errors call the file.
  /// - Throws: `JSONError`.
  public init(_ value: JSONValue, file: String) throws(JSONError) {
    var reader = try JSONObjectReader(value, file: file)
    guard reader.contains("model") else {
      throw reader.invalid(
        "model", "is missing: a tokenizer.json of Hugging Face tokenizers is wanted")
    }
    let preTokenization = try PreTokenization(&reader)
    var model = try reader.object("model")
    var parts = TokenizerParts(
      model: try TokenizerModel(&model, isByteLevel: preTokenization.isByteLevel))
    parts.preTokenizers = preTokenization.steps
    parts.normalizers = try [Normalizer](&reader)
    parts.addedTokens = try AddedToken.list(&reader, parts.model.vocabulary)
    (parts.before, parts.after) = try SpecialTokens.read(&reader)
    parts.decoding = try DecodingRules(&reader)
    self.init(parts)
  }
}

/// Reading objects of which `type` says what they are.
extension JSONObjectReader {
  /// The object of a member, with its type; nil when it is missing or null.
  mutating func typed(
    _ key: String
  ) throws(JSONError) -> (type: String, reader: JSONObjectReader)? {
    guard let value = valueIfPresent(key), !value.isNull else { return nil }
    var reader = try object(key)
    return (try reader.string("type"), reader)
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
    var owners: [Int32: Int] = [:]
    for var item in try reader.objects("added_tokens", isOptional: true) {
      let token = AddedToken(
        try item.string("content"), id: try item.tokenNumber("id"),
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
      owners[token.id] = tokens.count
      tokens.append(token)
    }
    return tokens
  }
}

extension JSONObjectReader {
  /// The number of a token.
  mutating func tokenNumber(_ key: String) throws(JSONError) -> Int32 {
    Int32(try int(key, in: 0...TokenVocabulary.limit - 1))
  }
}

/// The tokens that a post-processor puts around a text.
enum SpecialTokens {
  static func read(
    _ reader: inout JSONObjectReader
  ) throws(JSONError) -> (before: [Int32], after: [Int32]) {
    guard let (type, item) = try reader.typed("post_processor") else { return ([], []) }
    return try read(type, item)
  }

  private static func read(
    _ type: String, _ reader: JSONObjectReader
  ) throws(JSONError) -> (before: [Int32], after: [Int32]) {
    var reader = reader
    switch type {
    // It trims offsets where asked, and ours say where a token is with all of its text.
    case "ByteLevel": return ([], [])
    case "TemplateProcessing": return try template(&reader)
    case "Sequence":
      var (before, after): ([Int32], [Int32]) = ([], [])
      for var item in try reader.objects("processors") {
        let (first, last) = try read(try item.string("type"), item)
        before = first + before
        after += last
      }
      return (before, after)
    default:
      throw reader.unsupported(type, "ByteLevel, TemplateProcessing and Sequence")
    }
  }

  private static func template(
    _ reader: inout JSONObjectReader
  ) throws(JSONError) -> (before: [Int32], after: [Int32]) {
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
