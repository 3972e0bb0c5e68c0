import TerminalGraphics
import Testing

@Suite struct TerminalGraphicsTests {
  @Test func aRisingLineRises() {
    let lines = LineChart([0, 1, 2, 3]).lines(columns: 16, rows: 4)
    // Braille fills from the lower left to the upper right, with steps joined.
    #expect(lines.count == 4)
    #expect(lines[0].hasPrefix("3.00┤") && lines[3].hasPrefix("   0┤"))
    #expect(lines.allSatisfy { $0.count <= 16 })
    // Eleven values over twelve characters: a stair of dots that leaves out no row.
    let plain = LineChart(Array(0...10).map(Double.init), glyphs: .ascii)
      .lines(columns: 17, rows: 3)
    #expect(plain.joined().allSatisfy { $0.isASCII })
    #expect(plain[0].hasPrefix("10.0|  ") && plain[0].hasSuffix("'"))
    #expect(plain[2].hasPrefix("   0|.") && !plain[2].hasSuffix(" "))
  }

  @Test func oneDotOfBraille() {
    // Ten columns of text hold twenty of dots; a flat line runs through the middle of them.
    let lines = LineChart([5, 5]).lines(columns: 16, rows: 2)
    #expect(lines[0].hasPrefix("5.00┤"))
    let drawn = lines.joined().unicodeScalars.filter { 0x2801...0x28FF ~= $0.value }
    #expect(drawn.count == 10)
    #expect(Set(drawn).count == 1)
  }

  @Test func manyDecadesAreLogarithmic() {
    // A straight fall on a logarithmic axis has its middle value in the middle.
    let values = (0..<40).map { 100 * 1.0 / Double(1 << ($0 / 4)) }
    let lines = LineChart(values, glyphs: .ascii).lines(columns: 47, rows: 5)
    #expect(lines[2].contains("|") && lines[4].contains("0.195"))
    let middle = lines[2].drop { $0 != "|" }.dropFirst()
    let first = middle.firstIndex { $0 != " " }.map {
      middle.distance(from: middle.startIndex, to: $0)
    }
    #expect((10...22).contains(first ?? 0))
  }

  @Test func gapsAndNothingAreNoTrouble() {
    #expect(LineChart([]).lines(columns: 20, rows: 3) == ["", "", ""])
    #expect(LineChart([.nan, .infinity]).lines(columns: 20, rows: 2) == ["", ""])
    #expect(LineChart([1, .nan, 2]).lines(columns: 20, rows: 2).count == 2)
    #expect(LineChart(Array(repeating: 1, count: 100_000)).lines(columns: 20, rows: 2).count == 2)
  }

  @Test func aBlockIsDrawnOverItself() {
    var block = LiveBlock()
    #expect(block.show(["a", "b", "c"]) == "\u{1B}[?25la\u{1B}[K\nb\u{1B}[K\nc\u{1B}[K")
    #expect(block.show(["d", "e", "f"]) == "\r\u{1B}[2Ad\u{1B}[K\ne\u{1B}[K\nf\u{1B}[K")
    // A lower block leaves nothing of a higher one behind, and the cursor in its last line.
    #expect(block.show(["g"]) == "\r\u{1B}[2Ag\u{1B}[K\n\u{1B}[J\u{1B}[A")
    #expect(block.clear() == "\r\u{1B}[J\u{1B}[?25h")
    #expect(block.clear().isEmpty)
    #expect(LiveBlock.fitted("abcdef", columns: 4) == "abc")
  }

  @Test func endsOfSharesMeanNothingAndEverything() {
    #expect(ShareCells.text([0, 0.001, 0.5, 0.99, 1]) == "·░▒▓█")
    #expect(ShareCells.text([0, 0.001, 0.5, 0.99, 1, .nan], isPlain: true) == ".-+*#.")
  }
}
