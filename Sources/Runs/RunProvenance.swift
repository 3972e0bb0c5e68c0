import DataFiles

/// What a folder says of the run whose results it holds: the content of `run.json`, `probe.json` and
/// their like.
public struct RunProvenance: Sendable {
  /// Writes members of an open object.
  public typealias Members = @Sendable (inout JSONWriter) throws -> Void

  public let kind: RunKind
  /// The version of this file and of the JSON Lines beside it.
  public let formatVersion: Int
  /// The versions of the tables beside it.
  public let schemas: [TableSchema]
  /// 64 hexadecimal digits: two runs of one hash have the same records. Nil where nothing is resumed.
  public let planHash: String?
  /// Who computed the results, and where.
  public let author: Provenance
  /// Lists of files that the results depend on, by the name of the member.
  public let files: [(name: String, files: [HashedFile])]
  private let opening: Members
  private let settings: Members

  /// The provenance of a run.
  ///
  /// - Parameters:
  ///   - opening: members of this kind that come before those that all kinds have.
  ///   - settings: members of this kind that come behind them.
  public init(
    _ kind: RunKind, version: Int = 1, schemas: [TableSchema], planHash: String? = nil,
    author: Provenance, files: [(name: String, files: [HashedFile])],
    opening: @escaping Members = { _ in }, settings: @escaping Members
  ) {
    self.kind = kind
    formatVersion = version
    self.schemas = schemas
    self.planHash = planHash
    self.author = author
    self.files = files
    self.opening = opening
    self.settings = settings
  }

  /// The hash of what decides records: what was asked for, and the content of files.
  public static func hash(of settings: String, files: [HashedFile]) -> String {
    SHA256.hex(of: settings + files.map { "\n\($0.path) \($0.sha256)" }.joined())
  }

  /// Writes the file, at once or not at all.
  ///
  /// - Parameters:
  ///   - total: the records of a run that is not done; nil of one that is, so that its seconds are written.
  ///   - results: members that say what came out.
  /// - Throws: `FileSystemError`, `JSONWriter.NotFinite`.
  public func write(
    to path: String, total: Int? = nil, isDone: Bool = true, adding results: Members = { _ in }
  ) throws {
    var json = JSONWriter(indentation: 2)
    try json.object { json in
      json.member("format", kind.rawValue)
      json.member("format_version", formatVersion)
      json.member(schemas: schemas)
      if let planHash { json.member("plan_sha256", planHash) }
      if let total { json.member("records", total) }
      try opening(&json)
      try author.writeMembers(to: &json, isDone: isDone && total == nil)
      for list in files { json.member(list.name, files: list.files) }
      try settings(&json)
      try results(&json)
    }
    try AtomicFile.write(json.text + "\n", to: path)
  }
}

/// The members of a provenance file that all kinds of runs have, read back.
public struct StoredProvenance: Sendable {
  public let file: String
  /// Nil where an earlier version of the program wrote none.
  public let planHash: String?
  /// The records of a run that was not done when the file was written.
  public let total: Int?
  /// The words of the command line; empty where they are not known.
  public let command: [String]
  /// All members.
  public let value: JSONValue

  /// Reads a file.
  ///
  /// - Throws: `FileSystemError`, `JSONError`.
  public init(_ file: String, version: Int = 1) throws {
    self.file = file
    value = try JSONValue.read(file)
    try value.checkVersion(understood: version, file: file)
    planHash = value["plan_sha256"]?.string
    total = value["records"]?.int
    command = value["command"]?.elements?.compactMap(\.string) ?? []
  }
}
