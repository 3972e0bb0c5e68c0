import BatchJobs
import Foundation
import TestSupport
import Testing

/// The scripts, read as a shell and as Slurm read them.
@Suite struct ShardScriptsTests {
  private let temporary: TemporaryFolder
  private var folder: String { temporary.file("it's \"10%\"") }

  init() throws { temporary = try TemporaryFolder() }

  private func scripts(_ options: [String] = []) throws -> ShardScripts {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return ShardScripts(
      folder: folder, jobs: ShardJobs(run: "run", path: folder, work: "w"),
      workingDirectory: "/tmp", options: options)
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func theArrayRunsAShardATask() throws {
    let scripts = try scripts(["--partition=long"])
    try scripts.writeArray(
      shards: [1, 2, 3, 5, 7, 8], of: 8, command: ["/bin/echo", "it's", "a b", ""], threads: nil)
    let script = try text(scripts.arrayScript)
    #expect(script.hasPrefix("#!/bin/bash\n"))
    #expect(script.contains("\n#SBATCH --array=1-3,5,7-8\n"))
    #expect(script.contains("\n#SBATCH --partition=long\n"))
    #expect(script.contains("\n#SBATCH --requeue\n"))
    // The shell reads back the words that were meant.
    for (environment, threads) in [
      (["SLURM_ARRAY_TASK_ID": "7", "SLURM_CPUS_ON_NODE": "3"], "3"),
      (["SLURM_ARRAY_TASK_ID": "7", "SLURM_CPUS_ON_NODE": "3", "SLURM_CPUS_PER_TASK": "2"], "2"),
    ] {
      #expect(
        try run(scripts.arrayScript, environment) == "it's a b  --shard 7/8 --threads \(threads)\n")
    }
    try scripts.writeArray(shards: [4], of: 8, command: ["/bin/echo"], threads: 6)
    #expect(try text(scripts.arrayScript).contains("#SBATCH --array=4\n"))
    #expect(
      try run(scripts.arrayScript, ["SLURM_ARRAY_TASK_ID": "4"]) == "--shard 4/8 --threads 6\n")
  }

  @Test func pathsSurviveTheReaderOfDirectives() throws {
    let scripts = try scripts()
    try scripts.writeMerge(command: ["/bin/true"])
    let script = try text(scripts.mergeScript)
    let expected = folder.replacingOccurrences(of: "%", with: "%%")
      .replacingOccurrences(of: "\"", with: "\\\"")
    #expect(script.contains("\n#SBATCH --output=\"\(expected)/merge.log\"\n"), "\(script)")
    #expect(!script.contains("--array"))
  }

  private func run(_ script: String, _ environment: [String: String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = [script]
    process.environment = environment
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
