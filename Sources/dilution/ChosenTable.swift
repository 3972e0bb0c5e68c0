import DataFiles

/// A table under a name that the user chose, and beside it a JSON file with the version of its columns.
///
/// The JSON file has the table's whole name with `.json` behind it, so that it replaces no other.
struct ChosenTable {
  /// What it is a table of, as the JSON file says.
  var format: String
  /// The version of the columns.
  var version = 1
  var columns: [String]
  var rows: [[CSVCell]] = []

  /// Writes both files.
  ///
  /// - Throws: `FileSystemError`.
  func write(to path: String) throws {
    var table = try CSVWriter(path, columns: columns)
    for row in rows { try table.append(row) }
    try table.commit()
    var json = JSONWriter(indentation: 2)
    json.object { json in
      json.member("format", format)
      json.member("format_version", 1)
      json.member(schemas: [TableSchema(at: path, version: version)])
      json.member("version", labVersion)
      json.member("command", strings: ["dilution"] + CommandLine.arguments.dropFirst())
    }
    try AtomicFile.write(json.text + "\n", to: path + ".json")
  }
}
