import DataFiles
import Foundation

/// A file that results depend on, known by its content.
public struct HashedFile: Sendable, Equatable {
  /// The path as it was given.
  public let path: String
  /// 64 hexadecimal digits.
  public let sha256: String

  /// Hashes a file.
  ///
  /// - Throws: `FileSystemError`.
  public init(_ path: String) throws {
    self.path = path
    sha256 = try SHA256.hex(ofFile: path)
  }

  /// The files of a checkpoint folder: configuration and weights, by name.
  ///
  /// - Throws: `FileSystemError`.
  public static func checkpoint(_ folder: String) throws -> [HashedFile] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    return try names.filter { $0 == "config.json" || $0.hasSuffix(".safetensors") }
      .map { try HashedFile(FileSystem.path(folder, $0)) }
  }

  /// Writes path and hash as one object.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("path", path)
      json.member("sha256", sha256)
    }
  }
}

extension JSONWriter {
  /// A member that lists files.
  public mutating func member(_ key: String, files: [HashedFile]) {
    array(key) { json in for file in files { file.write(to: &json) } }
  }
}

/// Who computed something, and where.
public struct Provenance: Sendable {
  /// The version of the lab.
  public var version: String
  /// The commit of the source that the program was built from; nil where that is not known.
  public var commit: String?
  /// The words of the command line, the program's name first.
  public var command: [String]
  /// System, processor and the like, by name.
  public var machine: [(name: String, value: String)]
  /// When the work began.
  public var start: Date

  /// The provenance of work that begins now.
  public init(
    version: String, commit: String? = nil, command: [String],
    machine: [(name: String, value: String)]
  ) {
    self.version = version
    self.commit = commit
    self.command = command
    self.machine = machine
    start = Date()
  }

  /// Writes its members into an open object.
  ///
  /// - Parameter isDone: whether the work ends now, so that its seconds are known.
  public func writeMembers(to json: inout JSONWriter, isDone: Bool = true) throws {
    json.member("version", version)
    if let commit { json.member("commit", commit) }
    json.member("command", strings: command)
    json.object("machine") { json in
      for (name, value) in machine { json.member(name, value) }
    }
    json.member("started", ISO8601DateFormatter().string(from: start))
    guard isDone else { return }
    let seconds = Date().timeIntervalSince(start)
    try json.member("seconds", (seconds * 1000).rounded() / 1000)
  }
}
