import DataFiles
import Testing

@Suite struct TextTableTests {
  private let table = TextTable(
    "Counts", columns: [.left("name"), .right("n", width: 4), .left("what")],
    rows: [["a", "1", "first"], ["longer", "12345", ""]], notes: ["Two rows."])

  @Test func columnsStandUnderEachOther() {
    #expect(
      table.lines() == [
        "Counts", "name        n  what", "a           1  first", "longer  12345", "Two rows.",
      ])
    #expect(table.lines(separator: " ", indent: "> ")[2] == "> a          1 first")
  }

  @Test func pairsHaveNoHeading() {
    let table = TextTable("Tools", pairs: [("swift", "6.2"), ("make", "missing")], width: 7)
    #expect(table.lines(indent: "  ") == ["Tools", "  swift    6.2", "  make     missing"])
  }

  @Test func markdownTellsWhereCellsStand() {
    #expect(
      table.markdown == [
        "Counts", "", "| name | n | what |", "| --- | ---: | --- |", "| a | 1 | first |",
        "| longer | 12345 |  |", "", "Two rows.",
      ])
    let named = TextTable(names: ["a|b", "n"], rows: [["x", "1"]])
    #expect(named.markdown[0] == #"| a\|b | n |"#)
  }

  @Test func aRowStaysOneLine() {
    #expect(TextTable(names: ["a"], rows: [["x\ny"]]).lines().allSatisfy { !$0.contains("\n") })
  }
}
