import DataFiles
import Foundation

/// The folder of a sweep: who made it, records as they arrive, and in the end the final files.
public struct SweepFolder: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  /// The records of a shard in the order in which they arrived: `records.jsonl`.
  public func records(_ shard: Shard) -> String { file("records\(shard.suffix).jsonl") }
  /// What a shard is a run of: `run.json`.
  public func provenance(_ shard: Shard) -> String { file("run\(shard.suffix).json") }
  /// All records in grid order.
  public var results: String { file("results.jsonl") }
  /// All records as a table.
  public var table: String { file("results.csv") }

  /// The folder of a part of the study, or this folder where the study has no parts.
  public func part(_ name: String?) -> SweepFolder {
    name.map { SweepFolder(file($0)) } ?? self
  }

  /// The parts whose sweeps stand here, by name; none where the folder itself is a sweep's.
  public func parts() -> [String] {
    guard shards().isEmpty else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { SweepStudy.isFolderName($0) && !part($0).shards().isEmpty }.sorted()
  }

  func file(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }

  /// Keeps other processes off a shard's records; two shards may share a folder.
  ///
  /// - Throws: `DirectoryLock.Held`, `FileSystemError`.
  public func lock(_ shard: Shard) throws -> DirectoryLock {
    try DirectoryLock(path, name: ".lock\(shard.suffix)")
  }

  /// Who is at work on a shard; nil where nobody is.
  public func holder(_ shard: Shard) -> LockHolder? {
    LockHolder.read(path, name: ".lock\(shard.suffix)")
  }

  /// The shards whose provenance stands in the folder, in order.
  public func shards() -> [Shard] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.compactMap { name -> Shard? in
      guard name.hasPrefix("run"), name.hasSuffix(".json") else { return nil }
      let middle = name.dropFirst(3).dropLast(5)
      if middle.isEmpty { return .whole }
      guard middle.hasPrefix("-") else { return nil }
      let words = middle.dropFirst().components(separatedBy: "-of-")
      return words.count == 2 ? Shard("\(words[0])/\(words[1])") : nil
    }.sorted { ($0.count, $0.index) < ($1.count, $1.index) }
  }
}
