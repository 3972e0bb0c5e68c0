import DataFiles
import Testing

@Suite struct MarkdownRowTests {
  @Test func cellsStandBetweenBars() {
    #expect(markdownRow(["", "n", "0.5"]) == "|  | n | 0.5 |")
    let long = String(repeating: "é", count: 100)
    #expect(markdownRow([long]) == "| \(long) |")
  }

  @Test func noNameBreaksTheRow() {
    #expect(
      markdownRow(["Multi | x\u{1B}[31m\ny", "b"]) == #"| Multi \| x\u{1b}[31m\u{a}y | b |"#)
  }
}
