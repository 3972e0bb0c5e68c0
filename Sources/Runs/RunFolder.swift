import DataFiles

/// The folder of a run: the file that says what it is, the lock, and the records as they arrive.
public struct RunFolder: Sendable {
  public let path: String
  public let kind: RunKind
  /// What stands behind the names of the files of one part of the work, such as `-2-of-3`.
  private let suffix: String

  public init(_ path: String, _ kind: RunKind, suffix: String = "") {
    self.path = path
    self.kind = kind
    self.suffix = suffix
  }

  /// What the run is: `run.json`, `probe.json` and their like.
  public var provenance: String {
    file("\(kind.provenanceName.dropLast(".json".count))\(suffix).json")
  }
  /// The records in the order in which they arrived: `records.jsonl`.
  public var records: String { file("records\(suffix).jsonl") }

  public func file(_ name: String) -> String { FileSystem.path(path, name) }

  /// Keeps other processes off the records.
  ///
  /// - Throws: `DirectoryLock.Held`, `FileSystemError`.
  public func lock() throws -> DirectoryLock { try DirectoryLock(path, name: ".lock\(suffix)") }

  /// Refuses a folder that another kind of run has filled.
  ///
  /// - Throws: `OtherRun`.
  public func checkKind() throws(OtherRun) {
    guard let found = RunKind(folder: path), found != kind else { return }
    throw OtherRun(folder: path, kind: found)
  }

  /// Who is at work; nil where nobody is.
  public var holder: LockHolder? { LockHolder.read(path, name: ".lock\(suffix)") }
}

/// A folder that holds the records of something else.
public struct OtherRun: Error, Equatable, CustomStringConvertible {
  public let folder: String
  /// What it holds.
  public let contents: String

  /// A folder of another run of the same kind.
  public init(folder: String) {
    self.folder = folder
    contents = "the records of another model, other tasks or other settings"
  }

  /// A folder of another kind of run.
  public init(folder: String, kind: RunKind) {
    self.folder = folder
    contents = kind.contents
  }

  public var description: String { "\(folder) holds \(contents): name another --out" }
}

/// The folder holds results that would be replaced.
public struct FolderHasResults: Error, Equatable, CustomStringConvertible {
  public let folder: String
  public let name: String

  public init(folder: String, name: String) {
    self.folder = folder
    self.name = name
  }

  public var description: String {
    "\(folder) holds results already (\(name)): name another --out, or replace them with --force"
  }
}
