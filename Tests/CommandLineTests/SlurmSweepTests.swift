import DataFiles
import Foundation
import Randomness
import TestSupport
import TestTags
import Testing
import TransformerModel

/// `sweep --slurm` against a Slurm that is played; `make check-slurm` does the same with a real one.
@Suite(.tags(.process, .slow)) struct SlurmSweepTests {
  private func study(parts: Bool = true) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let configuration = ModelConfiguration(
      vocabularySize: 64, width: 16, layers: 1, queryHeads: 2, keyValueHeads: 1, headWidth: 8,
      mlpWidth: 24)
    try Checkpoint.save(
      Parameters(configuration, initializedBy: RandomStream(seed: 1, label: "study")),
      to: folder.url.appendingPathComponent("model").path)
    let tasks =
      parts
      ? """
      parts: [{name: "facts", tasks: {task: "key-value"}},
       {name: "hops", tasks: {task: "multi-hop", hops: 1}, count: 3}]
      """ : "tasks: {task: \"key-value\"}"
    let text = """
      {model: "model", count: 6, lengths: [64], methods: [{method: "in-context"}, {method: "thinking",
       tokens: 6}], \(tasks)}
      """
    try Data(text.utf8).write(to: folder.url.appendingPathComponent("study.json5"))
    return folder
  }

  /// The records of a file without their times.
  private func records(_ path: String, in folder: TemporaryFolder) throws -> [String] {
    let text = try FileSystem.read(folder.url.appendingPathComponent(path).path)
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map {
      $0.components(separatedBy: ",\"seconds\":")[0]
    }
  }

  private func exists(_ path: String, in folder: TemporaryFolder) -> Bool {
    FileSystem.exists(folder.url.appendingPathComponent(path).path)
  }

  @Test func failedTasksAreSubmittedAgainAndTheJoinedResultIsTheWhole() throws {
    let folder = try study()
    let slurm = try FakeSlurm()
    try slurm.write(["2"], to: "failing")
    let line = "sweep study.json5 --out run --slurm --shards 3 --slurm-option --partition=long"
    let first = try slurm.run(line, in: folder.url)
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(first.output.contains("run: 0 of 3 shards are done"))
    #expect(first.output.contains("array job 1: 3 shards, one a task"))
    #expect(first.output.contains("merge job 2: joins them when all have succeeded"))
    #expect(
      slurm.lines("calls")[1].hasPrefix("--parsable --dependency=afterok:1 --kill-on-invalid-dep"))
    #expect(!exists("run/facts/results.jsonl", in: folder), "a shard was missing")
    let script = try FileSystem.read(
      folder.url.appendingPathComponent("run/slurm/shards.sbatch").path)
    #expect(String(decoding: script, as: UTF8.self).contains("\n#SBATCH --partition=long\n"))

    try slurm.remove("failing")
    try slurm.remove("failed")
    // Words of the failed task, as Slurm would have written them down.
    try Data("killed".utf8).write(to: folder.url.appendingPathComponent("run/slurm/shard-2.log"))
    let second = try slurm.run(line, in: folder.url)
    #expect(second.output.contains("run: 2 of 3 shards are done"), "\(second.errors)")
    #expect(second.output.contains("array job 3: 1 shards"))
    #expect(second.errors.contains("Shard 2 ended before it was done; run/slurm/shard-2.log"))
    #expect(slurm.lines("calls").count == 4 && slurm.lines("failed").isEmpty)

    let third = try slurm.run(line, in: folder.url)
    #expect(third.output.contains("The results are joined; nothing is left to do."))
    #expect(slurm.lines("calls").count == 4)
    #expect(try BuiltBinary.run("sweep study.json5 --out whole -q", in: folder.url).exitCode == 0)
    for part in ["facts", "hops"] {
      let whole = try records("whole/\(part)/results.jsonl", in: folder)
      #expect(try records("run/\(part)/results.jsonl", in: folder) == whole)
      #expect(whole.count == (part == "facts" ? 12 : 6))
    }
  }

  @Test func whatIsQueuedIsLeftAlone() throws {
    let folder = try study(parts: false)
    let slurm = try FakeSlurm()
    try slurm.write(["1", "2"], to: "failing")
    let line = "sweep study.json5 --out run --slurm --shards 2 --json"
    #expect(try slurm.run(line, in: folder.url).exitCode == 0)
    let names = slurm.lines("names").compactMap { $0.split(separator: " ").last.map(String.init) }
    try #require(names.count == 2 && names[1] == names[0] + "-merge")

    try slurm.write(["1 1 \(names[0])", "1 2 \(names[0])", "2 N/A \(names[1])"], to: "queue")
    let waiting = try JSONValue.parse(try slurm.run(line, in: folder.url).output)
    #expect(waiting["waiting"]?.elements?.compactMap(\.int) == [1, 2])
    #expect(waiting["submitted"]?.elements?.isEmpty == true && waiting["array_job"] == nil)
    #expect(waiting["merge_job"]?.string == "2" && slurm.lines("calls").count == 2)

    // The second task has failed: the merge job that waits for it gives way to another.
    try slurm.write(["1 1 \(names[0])", "2 N/A \(names[1])"], to: "queue")
    let again = try JSONValue.parse(try slurm.run(line, in: folder.url).output)
    #expect(again["submitted"]?.elements?.compactMap(\.int) == [2])
    #expect(slurm.lines("cancelled") == ["--quiet 2"])
    #expect(slurm.lines("calls").last?.contains("--dependency=afterok:1_1:3 ") == true)

    let other = try slurm.run("sweep study.json5 --out run --slurm --shards 4", in: folder.url)
    #expect(
      other.exitCode == 1 && other.errors.contains("number of shards are in the queue for run"))
    #expect(other.errors.contains("scancel 1 2"))
  }

  @Test func mistakesAreSentences() throws {
    let folder = try study(parts: false)
    for (words, said) in [
      ("--slurm", "--shards is missing"),
      ("--slurm --shards 0", "--shards must be a whole number from 1 to 10000"),
      ("--shards 3", "--shards goes with --slurm"),
      ("--slurm-option mem=4G", "--slurm-option goes with --slurm"),
      ("--slurm --shards 3 --shard 1/3", "--slurm does every shard"),
      ("--slurm --shards 3 --dry-run", "--dry-run submits nothing"),
      ("--slurm --shards 3 --slurm-option -a1-9", "--array is set by the lab itself"),
      ("--slurm --shards 3 --slurm-option --threads 2", "--slurm-option needs"),
    ] {
      let outcome = try BuiltBinary.run("sweep study.json5 --out run \(words)", in: folder.url)
      #expect(outcome.exitCode == 2 && outcome.errors.contains(said), "\(words): \(outcome.errors)")
    }
    let line = "sweep study.json5 --out run --slurm --shards 3"
    let none = try BuiltBinary.run(
      line.split(separator: " ").map(String.init), environment: ["PATH": "/nowhere"],
      in: folder.url)
    #expect(none.exitCode == 1 && none.errors.contains("sbatch is not on the search path"))
    #expect(!exists("run", in: folder))

    let refusing = try FakeSlurm(refusal: "Invalid account")
    let refused = try refusing.run(line, in: folder.url)
    #expect(refused.exitCode == 1)
    #expect(refused.errors == "dilution: sbatch refused the array job: Invalid account.\n")

    #expect(
      try BuiltBinary.run("sweep study.json5 --out run --shard 1/2 -q", in: folder.url).exitCode
        == 0)
    let split = try FakeSlurm().run(line, in: folder.url)
    #expect(split.exitCode == 1 && split.errors.contains("run holds shards of 2: give --shards 2"))
  }

  @Test func scriptsComeWithoutSlurm() throws {
    let folder = try study(parts: false)
    let outcome = try BuiltBinary.run(
      "sweep study.json5 --out run --slurm --shards 12 --slurm-script-only --seed 5 --threads 3",
      in: folder.url)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("run/slurm/shards.sbatch: "))
    #expect(outcome.output.contains("run/slurm/merge.sbatch: joins them"))
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.url.appendingPathComponent("run/slurm").path)
    #expect(names.sorted() == ["merge.sbatch", "shards.sbatch", "spec.json5"])
    let script = String(
      decoding: try FileSystem.read(
        folder.url.appendingPathComponent("run/slurm/shards.sbatch").path), as: UTF8.self)
    #expect(
      script.contains(
        #" sweep run/slurm/spec.json5 --out run --seed 5 --shard "${SLURM_ARRAY_TASK_ID:?}"/12 --threads 3"#
      ), "\(script)")
    // Six instances cannot keep twelve shards busy: the others have nothing to do.
    #expect(!script.contains("#SBATCH --array=1-12\n"))
  }

  @Test func mergeTakesPartsByName() throws {
    let folder = try study()
    func run(_ line: String) throws -> BuiltBinary.Outcome {
      try BuiltBinary.run(line, in: folder.url)
    }
    for shard in 1...2 {
      #expect(
        try run("sweep study.json5 --out run --shard \(shard)/2 --part hops -q").exitCode == 0)
    }
    #expect(try run("sweep study.json5 --out run --shard 1/2 --part facts -q").exitCode == 0)
    #expect(try run("merge run --out run").exitCode == 1)
    let merge = try run("merge run --out run --part hops")
    #expect(merge.exitCode == 0, "\(merge.errors)")
    #expect(exists("run/hops/results.csv", in: folder))
    let unknown = try run("merge run --out run --part hop")
    #expect(unknown.exitCode == 2 && unknown.errors.contains("it has facts, hops"))
  }
}
