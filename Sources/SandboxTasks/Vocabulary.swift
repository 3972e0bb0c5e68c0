import DataFiles

/// A closed list of words, one token each, so that tokens print as text and text reads as tokens.
///
/// Words hold no white space; text is the words joined by single spaces.
public struct Vocabulary: Sendable, Equatable {
  /// The words in the order of their token ids.
  public let words: [String]

  private let ids: [String: Int32]
  /// The words as files hold them.
  let quoted: QuotedWords

  /// The vocabulary of a list of distinct words.
  public init(words: [String]) {
    self.words = words
    quoted = QuotedWords(words)
    ids = Dictionary(uniqueKeysWithValues: zip(words, 0...))
    precondition(
      words.allSatisfy { !$0.isEmpty && !$0.contains(where: \.isWhitespace) },
      "a word is not empty and holds no white space")
  }

  /// The number of words.
  public var count: Int { words.count }

  /// The token of a word, if the word is in the list.
  public func id(of word: some StringProtocol) -> Int32? {
    ids[String(word)]
  }

  /// The word of a token, if the token is in range.
  public func word(of token: Int32) -> String? {
    words.indices.contains(Int(token)) ? words[Int(token)] : nil
  }

  /// Tokens as words joined by single spaces; every token must be in range.
  public func text(of tokens: some Sequence<Int32>) -> String {
    var text = ""
    for token in tokens {
      if !text.isEmpty { text += " " }
      text += words[Int(token)]
    }
    return text
  }

  /// The tokens of words separated by white space.
  ///
  /// - Throws: `UnknownWord` for the first word that is not in the list.
  public func tokens(of text: some StringProtocol) throws(UnknownWord) -> [Int32] {
    var tokens: [Int32] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      guard let token = id(of: word) else {
        throw UnknownWord(word: String(word), place: tokens.count)
      }
      tokens.append(token)
    }
    return tokens
  }
}

/// A word of a text that its vocabulary does not have.
public struct UnknownWord: Error, Equatable, CustomStringConvertible {
  /// The word as it was written.
  public let word: String
  /// Which word of the text it is, from 0.
  public let place: Int

  public var description: String {
    "word \(place + 1) of the text, “\(word)”, is not in the vocabulary"
  }
}
