import Testing
import Tokenization

@Suite struct TokenizedTextTests {
  let text = TokenizedText(tokens: [9, 1, 2, 3, 8], ranges: [0..<0, 0..<3, 3..<4, 4..<9, 9..<9])

  @Test func tokensThatHoldAnyByteCover() {
    #expect(text.tokens(covering: 0..<3) == 1..<2)
    #expect(text.tokens(covering: 2..<5) == 1..<4)
    #expect(text.tokens(covering: 3..<4) == 2..<3)
    #expect(text.tokens(covering: 0..<9) == 1..<4)
    #expect(text.tokens(covering: 5..<5).isEmpty)
    #expect(text.tokens(covering: 20..<25).isEmpty)
  }
}
