import DataFiles

extension TokenizerModel {
  /// Reads `model`.
  init(_ reader: inout JSONObjectReader, isByteLevel: Bool) throws(JSONError) {
    let type = try reader.string("type", default: reader.contains("merges") ? "BPE" : "WordLevel")
    switch type {
    case "BPE":
      self = .bytePair(try BytePairModel(&reader, isByteLevel: isByteLevel))
    case "WordLevel":
      guard !isByteLevel else {
        throw reader.invalid(
          "type", "is WordLevel, which does not go with the pre-tokenizer ByteLevel")
      }
      let vocabulary = try TokenVocabulary(&reader)
      let name = try reader.string("unk_token")
      guard let unknown = vocabulary.number(name) else {
        throw reader.invalid(
          "unk_token", "is \(shortened(name)), which the vocabulary does not have")
      }
      self = .wordLevel(vocabulary, unknown: unknown)
    default:
      throw reader.unsupported(type, "BPE and WordLevel")
    }
    try reader.finish()
  }
}

extension TokenVocabulary {
  /// Reads `vocab`.
  init(_ reader: inout JSONObjectReader) throws(JSONError) {
    let value = try reader.value("vocab")
    guard let members = value.members else {
      throw reader.invalid("vocab", "must be an object of tokens and their numbers")
    }
    for member in members {
      guard let number = member.value.int, 0..<Self.limit ~= number else {
        throw reader.invalid(
          "vocab",
          "must give \(shortened(member.key)) a whole number from 0 to \(Self.limit - 1)")
      }
      if let other = name(Int32(number)) {
        throw reader.invalid(
          "vocab",
          "gives the number \(number) to both \(shortened(other)) and \(shortened(member.key))")
      }
      add(member.key, Int32(number))
    }
  }
}

extension BytePairModel {
  init(_ reader: inout JSONObjectReader, isByteLevel: Bool) throws(JSONError) {
    let vocabulary = try TokenVocabulary(&reader)
    self.init(vocabulary: vocabulary, merges: try Self.merges(&reader, vocabulary))
    ignoresMerges = try reader.flag("ignore_merges")
    fusesUnknown = try reader.flag("fuse_unk")
    if let name = try reader.text("unk_token") {
      unknown = vocabulary.number(name)
      guard unknown != nil || isByteLevel else {
        throw reader.invalid(
          "unk_token", "is \(shortened(name)), which the vocabulary does not have")
      }
    }
    if try reader.flag("byte_fallback") {
      byteTokens = (0..<256).map { byte in
        let digits = String(byte, radix: 16, uppercase: true)
        return vocabulary.number("<0x" + (byte < 16 ? "0" : "") + digits + ">") ?? -1
      }
    }
    if isByteLevel {
      byteAlphabet = ByteAlphabet.scalars.map { vocabulary.number(String($0)) ?? -1 }
    }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let text = try reader.text(key) {
        throw reader.invalid(key, "is \(shortened(text)): marks inside words are not supported")
      }
    }
    if let dropout = reader.valueIfPresent("dropout"), !dropout.isNull, dropout.double != 0 {
      throw reader.invalid("dropout", "must be null: random merges are not supported")
    }
  }

  /// Reads `merges`: pairs, or strings of two tokens with a space between them.
  private static func merges(
    _ reader: inout JSONObjectReader, _ vocabulary: TokenVocabulary
  ) throws(JSONError) -> PairTable {
    let elements = try reader.array("merges")
    var table = PairTable(capacity: elements.count)
    for (rank, element) in elements.enumerated() {
      guard let (left, right) = pair(element) else {
        throw reader.invalid(
          "merges", "must hold two tokens in its element \(rank), as \"a b\" or [\"a\", \"b\"]")
      }
      guard let first = vocabulary.number(left), let second = vocabulary.number(right),
        let merged = vocabulary.number(left + right)
      else {
        throw reader.invalid(
          "merges",
          "joins \(shortened(left)) and \(shortened(right)) in its element \(rank), which the "
            + "vocabulary does not have, apart or joined")
      }
      table.set(first, second, rank: rank, token: merged)
    }
    return table
  }

  private static func pair(_ element: JSONValue) -> (String, String)? {
    if let text = element.string {
      let parts = text.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false)
      guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
      return (String(parts[0]), String(parts[1]))
    }
    guard let parts = element.elements, parts.count == 2, let left = parts[0].string,
      let right = parts[1].string
    else { return nil }
    return (left, right)
  }
}
