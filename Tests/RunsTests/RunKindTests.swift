import DataFiles
import Foundation
import Runs
import TestSupport
import Testing

@Suite struct RunKindTests {
  @Test(arguments: RunKind.allCases)
  func aFolderIsWhatItSays(_ kind: RunKind) throws {
    let folder = try TemporaryFolder()
    #expect(RunKind(folder: folder.path) == nil)
    // Names that another kind's files have do not matter.
    try folder.write("", to: "results.csv")
    try folder.write("{\"format\": \"\(kind.rawValue)\"}", to: kind.provenanceName)
    #expect(RunKind(folder: folder.path) == kind)
  }

  @Test func aShardIsASweep() throws {
    let folder = try TemporaryFolder()
    try folder.write("{\"format\": \"sweep\"}", to: "run-2-of-3.json")
    #expect(RunKind(folder: folder.path) == .sweep)
  }

  @Test func foldersWithoutAWordAreToldByTheirFiles() throws {
    let cases: [(names: [String], kind: RunKind?)] = [
      (["results.csv"], .sweep), (["records-1-of-2.jsonl"], .sweep), (["probe.csv"], .probe),
      (["signal.csv"], .theory), (["scaling.csv"], .scaling), (["training.json"], .training),
      (["think.json", "answers.csv"], .think), (["config.json", "a.safetensors"], .training),
      (["benchmark.json", "results.csv", "records.jsonl"], .benchmark), (["config.json"], nil),
      (["notes.txt"], nil),
    ]
    for (names, kind) in cases {
      let folder = try TemporaryFolder()
      for name in names { try folder.write("", to: name) }
      #expect(RunKind(folder: folder.path) == kind, "\(names)")
    }
  }

  /// Every committed folder opens as what made it.
  @Test func committedResultsAreKnown() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    let cases: [(String, RunKind)] = [
      ("Results/quick", .sweep), ("Results/paper/curve", .sweep), ("Results/theory/facts", .theory),
      ("Results/theory/profile", .probe), ("Results/scale/lengths", .scaling),
      ("Results/coverage", .coverage), ("Models/sandbox-facts", .training),
    ]
    for (folder, kind) in cases {
      #expect(RunKind(folder: FileSystem.path(root, folder)) == kind, "\(folder)")
    }
  }
}
