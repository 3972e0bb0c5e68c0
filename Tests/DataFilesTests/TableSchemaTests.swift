import DataFiles
import TestSupport
import Testing

@Suite struct TableSchemaTests {
  private let folder = try! TemporaryFolder()
  private let schema = TableSchema("t.csv", version: 2, toldBy: "first.json", "second.json")

  private func write(_ text: String, _ name: String) throws {
    try AtomicFile.write(text, to: folder.file(name))
  }

  @Test func versionsUpToItsOwnAreRead() throws {
    try write("a\n1\n", "t.csv")
    #expect(try schema.read(folder.file("t.csv")).rowCount == 1)
    for text in [
      "{}", #"{"schemas": {}}"#, #"{"schemas": {"t.csv": 1}}"#, #"{"schemas": {"t.csv": 2}}"#,
    ] {
      try write(text, "second.json")
      #expect(try schema.read(folder.file("t.csv")).columns == ["a"])
    }
  }

  @Test func theFirstTellerCounts() throws {
    try write("a\n", "t.csv")
    try write(#"{"schemas": {"t.csv": 3}}"#, "second.json")
    let error = #expect(throws: UnknownVersion.self) { try schema.check(folder.file("t.csv")) }
    #expect(error?.met == 3 && error?.understood == 2)
    #expect(error?.file == folder.file("t.csv") && error?.teller == folder.file("second.json"))
    try write(#"{"schemas": {"t.csv": 1}}"#, "first.json")
    try schema.check(folder.file("t.csv"))
  }

  @Test func aTableOfAChosenNameHasItsTellerBehindThatName() throws {
    let path = folder.file("my.table.csv")
    try write("a\n1\n", "my.table.csv")
    #expect(TableSchema(at: path) == TableSchema("my.table.csv", toldBy: "my.table.csv.json"))
    #expect(try TableSchema(at: path).read(path).rowCount == 1)
    try write(#"{"schemas": {"my.table.csv": 2}}"#, "my.table.csv.json")
    #expect(try TableSchema(at: path, version: 2).read(path).rowCount == 1)
    #expect(throws: UnknownVersion.self) { try TableSchema(at: path).check(path) }
  }

  @Test(arguments: ["0", "-1", "1.5", "\"2\"", "null", "1e30"])
  func aVersionIsAWholeNumber(_ version: String) throws {
    try write(#"{"schemas": {"t.csv": \#(version)}}"#, "first.json")
    #expect(throws: JSONError.self) { try schema.check(folder.file("t.csv")) }
  }

  @Test func versionsAreWrittenAsTheyAreRead() throws {
    var json = JSONWriter()
    json.object { $0.member(schemas: [schema, TableSchema("u.csv", toldBy: "first.json")]) }
    #expect(json.text == #"{"schemas":{"t.csv":2,"u.csv":1}}"#)
  }

  @Test func documentsWithoutAVersionAreOfTheFirst() throws {
    try JSONValue.parse("{}").checkVersion(understood: 1, file: "f")
    try JSONValue.parse(#"{"format_version": 1}"#).checkVersion(understood: 1, file: "f")
    let error = #expect(throws: JSONError.self) {
      try JSONValue.parse(#"{"format_version": 2}"#).checkVersion(understood: 1, file: "f")
    }
    #expect(error?.description == "f:1:20: format_version is 2; this program reads version 1.")
  }
}
