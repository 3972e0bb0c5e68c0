import Testing
import Tokenization

@Suite struct RoundTripTests {
  let goldens: Goldens

  init() throws { goldens = try Goldens.shared.get() }

  /// Tokenizers that neither normalise nor add a space, and know every byte.
  static let lossless = ["llama3", "gpt2", "gpt4o"]

  @Test(arguments: lossless) func decodingGivesTheTextBack(_ name: String) throws {
    let tokenizer = try Goldens.tokenizer(name)
    // White space that an added token takes in is lost, and so is what a name in other letters says.
    let lossy = name == "gpt2" ? ["[MASK]", "RIGHT", "café token"] : []
    for text in goldens.texts where !lossy.contains(where: text.contains) {
      let encoded = tokenizer.encode(text, addsSpecialTokens: false)
      #expect(Array(tokenizer.decode(encoded.tokens).utf8) == Array(text.utf8))
    }
  }

  @Test(arguments: lossless) func everyScalarComesBack(_ name: String) throws {
    let tokenizer = try Goldens.tokenizer(name)
    var text = String.UnicodeScalarView()
    for value in stride(from: UInt32(0), to: 0x110000, by: 7) {
      if let scalar = Unicode.Scalar(value) { text.append(scalar) }
    }
    let encoded = tokenizer.encode(String(text), addsSpecialTokens: false)
    #expect(Array(tokenizer.decode(encoded.tokens).utf8) == Array(String(text).utf8))
  }

  @Test func incompleteCharactersAreReplaced() throws {
    let tokenizer = try Goldens.tokenizer("llama3")
    let byte = { (byte: String) in try #require(tokenizer.token(named: byte)) }
    // The four bytes of U+1F642 in the characters that stand for them.
    let smile = [try byte("ð"), try byte("Ł"), try byte("Ļ"), try byte("Ĥ")]
    #expect(tokenizer.decode(smile) == "🙂")
    #expect(tokenizer.decode([smile[0], try byte("a")]) == "\u{FFFD}a")
    #expect(tokenizer.decode(smile.prefix(2)) == "\u{FFFD}")
    #expect(tokenizer.decode([]) == "")
  }

  @Test(arguments: Goldens.names) func rangesCoverTheText(_ name: String) throws {
    let tokenizer = try Goldens.tokenizer(name)
    for text in goldens.texts {
      let encoded = tokenizer.encode(text)
      #expect(encoded.tokens.count == encoded.ranges.count)
      var end = 0
      for range in encoded.ranges {
        #expect(range.upperBound >= end && range.upperBound <= text.utf8.count)
        end = range.upperBound
        if RoundTripTests.lossless.contains(name) {
          #expect(
            encoded.tokens(covering: range).contains { encoded.ranges[$0] == range }
              || range.isEmpty)
        }
      }
      if RoundTripTests.lossless.contains(name) {
        #expect(end == text.utf8.count)
        let text = Array(text.utf8)
        for (token, range) in zip(encoded.tokens, encoded.ranges) where !range.isEmpty {
          let isSpecial = tokenizer.addedTokens.contains { $0.id == token && $0.isSpecial }
          if isSpecial || (name == "gpt2" && token >= 1000) { continue }
          #expect(tokenizer.decode([token]) == String(decoding: text[range], as: UTF8.self))
        }
      }
    }
  }

  @Test func addedTokensHaveTheirNumbers() throws {
    let tokenizer = try Goldens.tokenizer("qwen")
    #expect(tokenizer.vocabularySize == 1006)
    for token in tokenizer.addedTokens {
      #expect(tokenizer.token(named: token.content) == token.id)
      #expect(token.isSpecial == (token.id < 1003), "\(token)")
    }
    #expect(tokenizer.addedTokens.map(\.id) == Array(1000...1005))
    #expect(tokenizer.token(named: "a") != nil && tokenizer.token(named: "no such token") == nil)
    #expect(tokenizer.decode([5000, -3]) == "")
  }
}
