/// A table of results as files know it: its name, the version of its columns, and where that is told.
///
/// A line for a version would be in the way of everything that reads CSV. So the JSON file that says
/// what the table is the result of has, under `schemas`, the version of each table beside it. Where it
/// gives none, or where it is gone, the table is of version 1: the first ones gave none.
///
/// A new column at any place leaves a version as it is, for columns are asked for by name. A column
/// that goes away, or whose numbers mean something else, makes a new one.
public struct TableSchema: Sendable, Equatable {
  /// The name of the file.
  public let name: String
  /// The version that is written, and the newest that is understood.
  public let version: Int
  /// The oldest version that is understood: before it, columns of the same names had other meanings.
  public let oldest: Int
  /// The names of the files that give the version, in the order in which they are looked for.
  public let tellers: [String]

  /// A table whose version is given by the first of the named files that there is.
  public init(_ name: String, version: Int = 1, oldest: Int = 1, toldBy tellers: String...) {
    (self.name, self.version, self.oldest, self.tellers) = (name, version, oldest, tellers)
  }

  /// A table at a path of a user's choosing: the file of its name with `.json` behind it tells its version.
  public init(at path: String, version: Int = 1) {
    let name = PathParts(path).name
    (self.name, self.version, self.oldest) = (name, version, 1)
    tellers = [name + ".json"]
  }

  /// The member of `tellers` that holds versions.
  public static let key = "schemas"

  /// Refuses a table of a newer version, or of one that is too old, as the file beside it tells.
  ///
  /// - Parameter path: the table, under whatever name.
  /// - Throws: `UnknownVersion`, `JSONError`, `FileSystemError`.
  public func check(_ path: String) throws {
    let parts = PathParts(path)
    for teller in tellers {
      let file = parts.sibling(teller)
      guard FileSystem.exists(file) else { continue }
      let reported = try JSONValue.read(file)[Self.key]?[name]
      guard let reported else {
        guard oldest <= 1 else {
          throw UnknownVersion(file: path, met: 1, understood: version, teller: file)
        }
        return
      }
      guard let met = reported.int, met >= 1 else {
        throw JSONError(
          file: file, location: reported.location,
          problem: .mismatch(
            path: "\(Self.key).\(name)", wanted: "a whole number of at least 1",
            found: reported.kind))
      }
      guard oldest...version ~= met else {
        throw UnknownVersion(file: path, met: met, understood: version, teller: file)
      }
      return
    }
  }

  /// Reads a table after a look at its version.
  ///
  /// - Throws: `UnknownVersion`, `CSVError`, `JSONError`, `FileSystemError`.
  public func read(_ path: String) throws -> CSVTable {
    try check(path)
    return try CSVTable.read(path)
  }
}

extension JSONWriter {
  /// A member that gives the versions of tables.
  public mutating func member(schemas: [TableSchema]) {
    object(TableSchema.key) { json in
      for schema in schemas { json.member(schema.name, schema.version) }
    }
  }
}

extension JSONValue {
  /// Refuses a document of a newer version; one that gives none is of version 1.
  ///
  /// - Throws: `JSONError`.
  public func checkVersion(
    _ key: String = "format_version", understood: Int, file: String
  ) throws(JSONError) {
    guard self[key] != nil else { return }
    var reader = try JSONObjectReader(self, file: file)
    try reader.version(key, understood: understood)
  }
}

/// A table that a newer program wrote, or one so old that its columns meant something else.
public struct UnknownVersion: Error, Equatable, CustomStringConvertible {
  /// The table.
  public let file: String
  public let met: Int
  public let understood: Int
  /// The file that gave the version.
  public let teller: String

  public var description: String {
    met > understood
      ? "\(file) has columns of version \(met), as \(teller) says, but this program understands version "
        + "\(understood) and older: read it with a newer dilution."
      : "\(file) has columns of version \(met), as \(teller) says, whose numbers mean something else than "
        + "those of version \(understood): make it again with this dilution."
  }
}
