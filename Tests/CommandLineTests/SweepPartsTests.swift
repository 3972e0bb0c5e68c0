import DataFiles
import Foundation
import Randomness
import TestSupport
import TestTags
import Testing
import TransformerModel

/// A study of two parts: run in one piece, in shards, and by part.
@Suite(.tags(.process, .slow)) struct SweepPartsTests {
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let configuration = ModelConfiguration(
      vocabularySize: 64, width: 16, layers: 1, queryHeads: 2, keyValueHeads: 1, headWidth: 8,
      mlpWidth: 24)
    try Checkpoint.save(
      Parameters(configuration, initializedBy: RandomStream(seed: 1, label: "study")),
      to: folder.url.appendingPathComponent("model").path)
    let text = """
      {model: "model", count: 5, lengths: [64], methods: [{method: "in-context"}, {method: "thinking",
       tokens: 6}], parts: [{name: "facts", tasks: {task: "key-value"}},
       {name: "hops", tasks: {task: "multi-hop", hops: 1}, count: 3}]}
      """
    try Data(text.utf8).write(to: folder.url.appendingPathComponent("study.json5"))
    return folder
  }

  @Test func eachPartHasAFolderAndShardsJoinPartByPart() throws {
    let folder = try folder()
    func run(_ line: String) throws -> BuiltBinary.Outcome {
      try BuiltBinary.run(line, in: folder.url)
    }
    func keys(_ path: String) throws -> [String] {
      let text = try FileSystem.read(folder.url.appendingPathComponent(path).path)
      return String(decoding: text, as: UTF8.self).split(separator: "\n").map {
        $0.components(separatedBy: ",\"seconds\":")[0]
      }
    }
    let whole = try run("sweep study.json5 --out whole")
    #expect(whole.exitCode == 0, "\(whole.errors)")
    #expect(whole.output.contains("whole/facts/results.jsonl: 10 records, 10 of them made now"))
    #expect(whole.output.contains("whole/hops/results.jsonl: 6 records, 6 of them made now"))

    for shard in 1...2 {
      let outcome = try run("sweep study.json5 --out part-\(shard) --shard \(shard)/2")
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }
    let merge = try run("merge part-1 part-2 --out joined")
    #expect(merge.exitCode == 0, "\(merge.errors)")
    for part in ["facts", "hops"] {
      #expect(
        try keys("joined/\(part)/results.jsonl") == keys("whole/\(part)/results.jsonl"))
    }
    let again = try run("sweep study.json5 --out joined --part hops")
    #expect(again.output.contains("joined/hops/results.jsonl: 6 records, 0 of them made now"))

    let stats = try run("stats whole")
    #expect(stats.exitCode == 0, "\(stats.errors)")
    #expect(stats.output.contains("# facts\n") && stats.output.contains("# hops\n"))
    #expect(
      FileSystem.exists(folder.url.appendingPathComponent("whole/hops/differences.csv").path))
  }

  @Test func anUnknownPartIsNamed() throws {
    let folder = try folder()
    let outcome = try BuiltBinary.run("sweep study.json5 --out x --part fact", in: folder.url)
    #expect(outcome.exitCode == 2)
    #expect(
      outcome.errors.contains("--part fact: the spec has no such part; it has facts, hops."))
  }
}
