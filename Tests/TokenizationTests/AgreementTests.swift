import DataFiles
import TestTags
import Testing

@testable import Tokenization

/// Agreement with Hugging Face tokenizers.
@Suite(.tags(.golden, .slow)) struct AgreementTests {
  let goldens: Goldens

  init() throws { goldens = try Goldens.shared.get() }

  @Test(arguments: Goldens.names) func tokensAreEqual(_ name: String) throws {
    let tokenizer = try Goldens.tokenizer(name)
    let record = try goldens.record(name)
    for (text, tokens) in zip(goldens.texts, record.tokens) {
      let found = tokenizer.encode(text, addsSpecialTokens: false)
      #expect(found.tokens == tokens, "\(name): \(text.debugDescription)")
    }
    for (bytes, tokens) in zip(goldens.invalid, record.invalid) {
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(tokenizer.encode(text, addsSpecialTokens: false).tokens == tokens)
    }
    for (text, tokens) in zip(goldens.texts[25...], record.withSpecialTokens) {
      #expect(tokenizer.encode(text).tokens == tokens, "\(name): \(text.debugDescription)")
    }
  }

  @Test(arguments: Goldens.names) func decodedTextIsEqual(_ name: String) throws {
    let tokenizer = try Goldens.tokenizer(name)
    let record = try goldens.record(name)
    for (place, tokens) in record.tokens.enumerated() {
      let whole = tokenizer.decode(tokens)
      #expect(
        Array(whole.unicodeScalars) == Array(record.decoded[place].unicodeScalars),
        "\(name): \(goldens.texts[place].debugDescription)")
      let without = tokenizer.decode(tokens, skipsSpecialTokens: true)
      #expect(
        Array(without.unicodeScalars)
          == Array(record.decodedWithoutSpecial[place].unicodeScalars),
        "\(name): \(goldens.texts[place].debugDescription)")
    }
  }

  @Test(arguments: ["qwen", "gpt2-prefix", "digits", "sentencepiece", "words"])
  func offsetsAreEqual(_ name: String) throws {
    let tokenizer = try Goldens.tokenizer(name)
    let record = try goldens.record(name)
    var compared = 0
    for (text, offsets) in zip(goldens.texts, record.offsets) {
      guard let offsets else { continue }
      let places = CharacterPlaces(text)
      let ranges = tokenizer.encode(text, addsSpecialTokens: false).ranges
      // A token that is nothing but an added space stands for no text here, and there for the
      // character after it.
      let expected = zip(ranges, stride(from: 0, to: offsets.count, by: 2)).flatMap {
        [offsets[$1], $0.isEmpty ? offsets[$1] : offsets[$1 + 1]]
      }
      #expect(ranges.flatMap(places.range) == expected, "\(name): \(text.debugDescription)")
      compared += 1
    }
    #expect(compared > 100)
  }

  @Test(arguments: ["qwen", "llama3", "gpt2-prefix", "digits", "gpt4o", "sentencepiece"])
  func linesOfAMegabyteAreEqual(_ name: String) throws {
    let tokenizer = try Goldens.tokenizer(name)
    for (recipe, count, hash) in try goldens.record(name).long {
      let text = try Goldens.text(recipe)
      let tokens = tokenizer.encode(text, addsSpecialTokens: false).tokens
      #expect(tokens.count == count, "\(name): \(recipe)")
      var bytes: [UInt8] = []
      bytes.reserveCapacity(4 * tokens.count)
      for token in tokens {
        for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: token >> shift)) }
      }
      #expect(SHA256.hex(of: bytes) == hash, "\(name): \(recipe)")
    }
  }

  @Test func patternsPartTextAlike() throws {
    for (name, pattern, lengths) in goldens.patterns {
      let split = try SplitPattern(pattern)
      for (text, expected) in zip(goldens.texts, lengths) {
        let places = CharacterPlaces(text)
        var pieces: [Int] = []
        var done = 0
        for match in split.matches(in: text) {
          if match.lowerBound > done { pieces.append(length(places, done..<match.lowerBound)) }
          pieces.append(length(places, match))
          done = match.upperBound
        }
        if done < text.utf8.count { pieces.append(length(places, done..<text.utf8.count)) }
        #expect(pieces == expected, "\(name): \(text.debugDescription)")
      }
    }
  }

  private func length(_ places: CharacterPlaces, _ bytes: Range<Int>) -> Int {
    let ends = places.range(bytes)
    return ends[1] - ends[0]
  }
}
