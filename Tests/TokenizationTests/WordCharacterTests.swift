import DataFiles
import Testing

@testable import Tokenization

/// What counts as part of a word: `tokenizers` asks Rust's `regex` about the neighbours of added tokens and
/// in its pre-tokenizer Whitespace, and Oniguruma in patterns.
@Suite struct WordCharacterTests {
  /// Characters, and whether the two take them for a part of a word; as `tokenizers` 0.23 answered.
  static let cases: [(character: String, inRust: Bool, inOniguruma: Bool)] = [
    ("½", false, true), ("¼", false, true), ("¾", false, true), ("²", false, true),
    ("³", false, true), ("¹", false, true), ("\u{200C}", true, false), ("\u{200D}", true, false),
    ("⅓", false, false), ("⁴", false, false), ("①", false, false), ("Ⅷ", true, true),
    ("Ⓐ", true, true), ("٣", true, true), ("_", true, true), ("‿", true, true),
    ("\u{301}", true, true), ("ª", true, true), ("é", true, true), ("一", true, true),
    ("-", false, false), ("\u{200B}", false, false), ("\u{FEFF}", false, false),
    ("\u{AD}", false, false), ("🙂", false, false), ("𐐀", true, true), ("€", false, false),
  ]

  private static func tokenizer(_ preTokenizer: String) throws -> Tokenizer {
    try Tokenizer(
      JSONValue.parse(
        """
        {"version": "1.0", "normalizer": null, "pre_tokenizer": \(preTokenizer),
         "added_tokens": [{"id": 2, "content": "TT", "single_word": true, "lstrip": false,
                           "rstrip": false, "normalized": false, "special": false}],
         "post_processor": null, "decoder": null,
         "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "x": 1}, "unk_token": "[UNK]"}}
        """), file: "words")
  }

  @Test(arguments: cases.indices) func neighboursOfWholeWords(_ number: Int) throws {
    let (character, isWord, _) = Self.cases[number]
    let tokenizer = try Self.tokenizer("null")
    for text in ["TT" + character, character + "TT", "x\(character)TT\(character)x"] {
      #expect(tokenizer.encode(text).tokens.contains(2) == !isWord, "\(text.debugDescription)")
    }
  }

  @Test(arguments: cases.indices) func whitespacePartsWordsFromSigns(_ number: Int) throws {
    let (character, isWord, _) = Self.cases[number]
    let tokenizer = try Self.tokenizer(#"{"type": "Whitespace"}"#)
    #expect(tokenizer.encode("x\(character)").tokens == (isWord ? [0] : [1, 0]))
    #expect(tokenizer.encode("-\(character)").tokens.count == (isWord ? 2 : 1))
  }

  @Test(arguments: cases.indices) func patternsAreOnigurumas(_ number: Int) throws {
    let (character, _, isWord) = Self.cases[number]
    #expect(try SplitPattern(#"\w"#).matches(in: character).isEmpty == !isWord)
    #expect(try SplitPattern(#"\W"#).matches(in: character).isEmpty == isWord)
  }
}
