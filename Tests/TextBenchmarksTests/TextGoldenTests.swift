import DataFiles
import Foundation
import TestTags
import Testing
import TextBenchmarks

/// What Python and unidecode make of single characters; the goldens are made by
/// Tests/Peers/make_text_goldens.py.
@Suite(.tags(.golden)) struct TextGoldenTests {
  let goldens: JSONValue
  /// The version of Unicode that the Python of the goldens knows.
  let version: [Int]

  init() throws {
    let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    goldens = try JSONValue.read(folder.appendingPathComponent("text.json").path)
    version = try #require(goldens["unicode"]?.string).split(separator: ".").compactMap { Int($0) }
  }

  private func isKnown(_ scalar: Unicode.Scalar) -> Bool {
    guard let age = scalar.properties.age, scalar.properties.generalCategory != .unassigned else {
      return false
    }
    return (age.major, age.minor) <= (version[0], version[1])
  }

  private func digest(_ text: String) -> String {
    String(SHA256.hex(of: Array(text.utf8)).prefix(16))
  }

  private func scalars(_ range: ClosedRange<UInt32>) -> [Unicode.Scalar] {
    range.compactMap(Unicode.Scalar.init).filter(isKnown)
  }

  /// Lower case, white space, punctuation, and what parts an article from a word.
  @Test func everyCharacterIsNormalisedAsInPython() throws {
    for block in try #require(goldens["blocks"]?.members) {
      let start = try #require(UInt32(block.key, radix: 16))
      let lines = scalars(start...start + 0xFFF).map { scalar in
        AnswerNormalization.words("x\(scalar)x a\(scalar) \(scalar)B").joined(separator: " ") + "\n"
      }
      #expect(digest(lines.joined()) == block.value.string, "U+\(block.key)…")
    }
  }

  @Test func charactersAreWrittenInASCIIAsByUnidecode() throws {
    for block in try #require(goldens["folded"]?.members) {
      let ends = block.key.split(separator: "-").compactMap { UInt32($0, radix: 16) }
      let lines = scalars(ends[0]...ends[1]).map { scalar in
        AnswerNormalization.words("x\(scalar)x", foldsAccents: true).joined(separator: " ") + "\n"
      }
      #expect(digest(lines.joined()) == block.value.string, "U+\(block.key)")
    }
    let digits = (goldens["digits"]?.elements ?? []).compactMap(\.string)
    #expect(AnswerNormalization.words(digits[0], foldsAccents: true) == [digits[1]])
  }

  @Test func capitalSigmasEndWordsAsInPython() throws {
    let strings = try #require(goldens["sigma"]?.elements)
    #expect(strings.count > 1000)
    for string in strings {
      let texts = (string.elements ?? []).compactMap(\.string)
      let words = AnswerNormalization.words(texts[0]).joined(separator: " ")
      #expect(Array(words.utf8) == Array(texts[2].utf8), "\(texts[0])")
      #expect(ContainedTexts.share([texts[1]], in: "«\(texts[0])»") == 1, "\(texts[0])")
    }
    #expect(ContainedTexts.share(["οδος"], in: "Η οδός είναι ΟΔΟΣ.") == 1)
    #expect(ContainedTexts.share(["οδος"], in: "ΟΔΟΣΑ") == 0)
    #expect(Rouge("İ\u{212A}", "ik").rouge1.f1 == 0)
  }

  @Test func invisibleCharactersAreNoDifference() {
    for sign in ["\u{FEFF}", "\u{AD}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{FE0F}", "🙂"] {
      #expect(WordOverlap.f1("har\(sign)bour", "harbour", foldsAccents: true) == 1)
      #expect(WordOverlap.f1("\(sign) harbour", "harbour", foldsAccents: true) == 1)
      #expect(WordOverlap.f1("har\(sign)bour", "harbour") == 0)
    }
    // This one becomes a space.
    #expect(WordOverlap.f1("har\u{200B}bour", "har bour", foldsAccents: true) == 1)
  }

  @Test func twoSpellingsAreTwoWordsButInASCII() {
    #expect(WordOverlap.f1("caf\u{E9}", "cafe\u{301}") == 0)
    #expect(WordOverlap.exactMatch("caf\u{E9}", "cafe\u{301}") == 0)
    #expect(WordOverlap.f1("caf\u{E9}", "cafe\u{301}", foldsAccents: true) == 1)
  }

  @Test func numbersAreReadAsInPython() {
    #expect(ShareSimilarity.score("٨٠%", "80%") == 1)
    #expect(ShareSimilarity.score("8٠.٥%", "80.5%") == 1)
    // The separator of units is white space there.
    #expect(OrderConcordance.score("1\u{1F}2 3", "1 2 3") == 1)
  }
}
