import DataFiles
import Foundation
import TestSupport
import TestTags
import Testing

/// Long contexts from the command line: what they cost, and half precision.
@Suite(.tags(.process, .slow)) struct ScaleCommandTests {
  let workspace: TrainedWorkspace
  var folder: TemporaryFolder { workspace.folder }

  init() throws { workspace = try TrainedWorkspace(count: 2) }

  private func run(_ words: String...) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run(words, in: folder.url)
  }

  private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

  @Test func aDryRunTellsCostsAndWritesNothing() throws {
    let words = [
      "probe", "--model", "model", "--tasks", "tasks/key-value-60.jsonl", "--tasks",
      "tasks/key-value-100.jsonl", "--adapt", "qttt", "--steps", "2", "--span-length", "16",
      "--kv-precision", "float16", "--dry-run",
    ]
    let outcome = try BuiltBinary.run(words, in: folder.url)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    for part in [
      "GFLOP reading", "tasks/key-value-100.jsonl  100      2", "4 instances: ",
      "One thread here does ", "for keys and values in float16",
    ] {
      #expect(outcome.output.contains(part), "\(part) is not in \(outcome.output)")
    }
    let json = try JSONValue.parse(BuiltBinary.run(words + ["--json"], in: folder.url).output)
    #expect(json["rows"]?.elements?.count == 2)
    let memory = try #require(json["memory"])
    let peak = try #require(memory["peak_bytes"]?.int)
    #expect(peak >= (memory["cache_bytes"]?.int ?? 0) + (memory["buffer_bytes"]?.int ?? 0))
    #expect(try folder.names == ["model", "tasks"])
  }

  @Test func probesStoreHalves() throws {
    for precision in ["float16", "bfloat16"] {
      let outcome = try run(
        "probe", "--model", "model", "--tasks", "tasks/key-value-60.jsonl", "--kv-precision",
        precision, "--out", precision)
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      let json = try JSONValue.read(path("\(precision)/probe.json"))
      #expect(json["settings"]?["kv_precision"]?.string == precision)
    }
    let half = try run(
      "probe", "--model", "model", "--tasks", "tasks/key-value-60.jsonl", "--kv-precision", "half",
      "--out", "out")
    #expect(half.exitCode == 2)
    let missing = try run("probe", "--model", "model", "--tasks", "tasks/key-value-60.jsonl")
    #expect(missing.exitCode == 2)
    #expect(missing.errors == "dilution: --out is missing: name the folder for the results.\n")
  }

  @Test func forwardMovesByRounding() throws {
    func logits(_ precision: String) throws -> [Float] {
      let outcome = try run(
        "forward", "--model", "model", "--tokens", "1,32,33,34,35,1,32,33", "--kv-precision",
        precision, "--out", "\(precision).safetensors")
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      return try SafetensorsFile.open(path("\(precision).safetensors")).floats("logits")
    }
    let exact = try logits("float32")
    let scale = exact.map(abs).max() ?? 0
    for (precision, rounding) in [("float16", Float(0x1p-11)), ("bfloat16", 0x1p-8)] {
      let distance = zip(exact, try logits(precision)).map { abs($0 - $1) }.max() ?? 0
      #expect(distance > 0 && distance < 6 * rounding * scale, "\(precision)")
    }
  }

  @Test func scalingIsMeasuredAddedToAndDrawn() throws {
    func measure(_ words: String...) throws -> BuiltBinary.Outcome {
      try BuiltBinary.run(
        ["scaling", "--model", "model", "--span-length", "16", "--out", "out"] + words,
        in: folder.url)
    }
    let first = try measure("--lengths", "100,400")
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(first.output.contains("qTTT step (ms)"))
    let refused = try measure("--lengths", "200")
    #expect(refused.exitCode == 2 && refused.errors.contains("--append"))
    let more = try measure(
      "--lengths", "200,400", "--kv-precision", "float16", "--append", "--json")
    #expect(more.exitCode == 0, "\(more.errors)")
    #expect(try JSONValue.parse(more.output).elements?.count == 2)
    let table = try CSVTable.read(path("out/scaling.csv"))
    #expect(try table.ints("length") == [200, 400, 100, 400])
    #expect(
      try table.strings("kv_precision") == ["float16", "float16", "float32", "float32"])
    let cache = try table.ints("cache_bytes")
    #expect(2 * cache[1] == cache[3])
    let short = try measure("--lengths", "10", "--append")
    #expect(short.exitCode == 2 && short.errors.hasPrefix("dilution: --lengths must be at least "))

    let drawn = try run(
      "plot", "scaling", "out", "--out", "f.svg", "--out", "f.png", "--out", "f.csv")
    #expect(drawn.exitCode == 0, "\(drawn.errors)")
    let svg = try String(contentsOfFile: path("f.svg"), encoding: .utf8)
    #expect(svg.contains("one qTTT step") && svg.contains("Memory"))
    let data = try CSVTable.read(path("f.csv"))
    // Four times at two lengths of one precision, and memory at four.
    #expect(data.rowCount == 12)
  }
}
