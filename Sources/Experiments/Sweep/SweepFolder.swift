import DataFiles
import Foundation
import Runs

/// The folder of a sweep: who made it, records as they arrive, and in the end the final files.
public struct SweepFolder: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  /// The records of a shard in the order in which they arrived: `records.jsonl`.
  public func records(_ shard: Shard) -> String { run(shard).records }
  /// What a shard is a run of: `run.json`.
  public func provenance(_ shard: Shard) -> String { run(shard).provenance }
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
    return FileSystem.names(in: path).filter {
      SweepStudy.isFolderName($0) && !part($0).shards().isEmpty
    }.sorted()
  }

  func file(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }

  /// The run of a shard; two shards may share a folder.
  public func run(_ shard: Shard) -> RunFolder { RunFolder(path, .sweep, suffix: shard.suffix) }

  /// The shards whose provenance stands in the folder, in order.
  public func shards() -> [Shard] {
    FileSystem.names(in: path).compactMap { name -> Shard? in
      guard name.hasPrefix("run"), name.hasSuffix(".json") else { return nil }
      let middle = name.dropFirst(3).dropLast(5)
      if middle.isEmpty { return .whole }
      guard middle.hasPrefix("-") else { return nil }
      let words = middle.dropFirst().components(separatedBy: "-of-")
      return words.count == 2 ? Shard("\(words[0])/\(words[1])") : nil
    }.sorted { ($0.count, $0.index) < ($1.count, $1.index) }
  }
}
