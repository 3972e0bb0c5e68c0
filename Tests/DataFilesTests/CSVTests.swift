import DataFiles
import TestSupport
import Testing

@Suite struct CSVTests {
  private let folder = try! TemporaryFolder()

  @Test func writesAndReadsBack() throws {
    let path = folder.file("t.csv")
    var writer = try CSVWriter(path, columns: ["name", "T", "mass", "p"])
    try writer.append(["plain", 256, 0.5, .missing])
    try writer.append([.text("a,\"b\"\nc\r"), .integer(-1), .number(1e-9), .float(0.1)])
    try writer.append([.text(""), .integer(.min), .number(-0.0), .number(3)])
    try writer.commit()
    let text = String(decoding: try FileSystem.read(path), as: UTF8.self)
    #expect(
      text == "name,T,mass,p\nplain,256,0.5,\n\"a,\"\"b\"\"\nc\r\",-1,1e-09,0.1\n"
        + ",-9223372036854775808,-0.0,3.0\n")
    let table = try CSVTable.read(path)
    #expect(table.columns == ["name", "T", "mass", "p"])
    #expect(table.rowCount == 3)
    #expect(try table.strings("name") == ["plain", "a,\"b\"\nc\r", ""])
    #expect(try table.ints("T") == [256, -1, .min])
    #expect(try table.doubles("mass") == [0.5, 1e-9, 0])
    #expect(try table.optionalDoubles("p") == [nil, 0.1, 3])
    #expect((0..<3).map(table.line(ofRow:)) == [2, 3, 5])
  }

  @Test func readsWhatOthersWrite() throws {
    let table = try CSVTable("\u{FEFF}a,\"b\"\r\n\r\n1,\"\"\r\n\"x\ny\",2", file: "f")
    #expect(table.columns == ["a", "b"])
    #expect(try table.strings("a") == ["1", "x\ny"])
    #expect(try table.strings("b") == ["", "2"])
    #expect(table.line(ofRow: 1) == 4)
    #expect(try CSVTable("a", file: "f").rowCount == 0)
  }

  @Test(arguments: [
    ("", "f: the file is empty; its first line must name the columns."),
    ("\n\r\n", "f: the file is empty; its first line must name the columns."),
    ("a,b,a\n", "f:1: two columns are named \"a\"."),
    ("a,b\n1,2\n\n3\n", "f:4: the row has 1 fields, but the header names 2."),
    ("a\n\"x\ny\nz", "f:2: the quoted field that starts here is never closed."),
    (
      "a\nx\"y\"\n",
      "f:2: a quote stands inside a field; quote the whole field and double the quote."
    ),
    ("a\n\"x\"y\n", "f:2: text follows a closing quote; a comma or line end should."),
  ])
  func saysWhatIsWrong(_ sample: (text: String, sentence: String)) {
    let error = #expect(throws: CSVError.self) { try CSVTable(sample.text, file: "f") }
    #expect(error?.description == sample.sentence)
  }

  @Test func rejectsBytesThatAreNotUTF8() {
    #expect(throws: CSVError(file: "f", line: 2, problem: .notUTF8)) {
      try CSVTable(Array("a\n".utf8) + [0xFF], file: "f")
    }
  }

  @Test(arguments: ["", "x", "nan", "inf", "1e999", "0x1p3", " 1", "1,5"])
  func namesLineAndColumnOfAFieldOfTheWrongType(_ field: String) throws {
    let table = try CSVTable("T,mass\n1,0.5\n2,\"\(field)\"\n", file: "f")
    let error = #expect(throws: CSVError.self) { try table.doubles("mass") }
    #expect(
      error?.problem == .mismatch(column: "mass", found: field, wanted: "a finite number"))
    #expect(error?.line == 3)
    #expect(throws: CSVError.self) { try table.ints("mass") }
    let missing = #expect(throws: CSVError.self) { try table.ints("t") }
    #expect(missing?.description == "f: there is no column \"t\" (did you mean \"T\"?).")
  }

  @Test(arguments: ["-1", "5", "9223372036854775807", "9223372036854775808", "x"])
  func namesLineAndColumnOfANumberOutsideItsRange(_ field: String) throws {
    let table = try CSVTable("head\n0\n4\n\(field)\n", file: "f")
    let error = #expect(throws: CSVError.self) { try table.ints("head", in: 0...4) }
    #expect(
      error?.description
        == "f:4: the column \"head\" must hold a whole number from 0 to 4, but here holds "
        + "\"\(field)\".")
    #expect(try CSVTable("head\n0\n4\n", file: "f").ints("head", in: 0...4) == [0, 4])
  }

  @Test func refusesNumbersThatATableCannotHold() {
    var rows = CSVFormatter(columns: ["step", "loss"])
    for cell in [CSVCell.number(.nan), .number(.infinity), .float(-.infinity)] {
      let error = #expect(throws: CSVFormatter.NotFinite.self) { try rows.append([1, cell]) }
      #expect(error?.column == "loss")
    }
    #expect(rows.text == "step,loss\n")
  }

  @Test func keepsALoneEmptyField() throws {
    var rows = CSVFormatter(columns: ["a"])
    try rows.append([.missing])
    try rows.append([""])
    #expect(try CSVTable(rows.text).strings("a") == ["", ""])
  }
}
