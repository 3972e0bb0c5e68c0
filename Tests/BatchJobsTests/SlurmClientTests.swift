import BatchJobs
import Foundation
import TestSupport
import Testing

/// The programs of Slurm, played by shell scripts.
@Suite struct SlurmClientTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A client whose programs print what is given here; `$*` are their arguments.
  private func client(sbatch: String = "", squeue: String = "") throws -> SlurmClient {
    let folder = folder.url.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, body) in [("sbatch", sbatch), ("squeue", squeue), ("scancel", "exit 0")] {
      let file = folder.appendingPathComponent(name).path
      try Data("#!/bin/sh\n\(body)\n".utf8).write(to: URL(fileURLWithPath: file))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    }
    return try SlurmClient(searchPath: "/nowhere:\(folder.path)")
  }

  @Test func theNumberOfTheJobIsRead() throws {
    #expect(try client(sbatch: "echo 42").submit("x", purpose: "it") == "42")
    #expect(try client(sbatch: "echo '42;east'").submit("x", purpose: "it") == "42")
    let telling = try client(sbatch: #"echo "$*" >&2; exit 1"#)
    let words = "--parsable --dependency=afterok:1:2_3 --kill-on-invalid-dep=yes x"
    #expect(throws: SlurmError.refused(program: "sbatch", purpose: "it", message: words)) {
      try telling.submit("x", purpose: "it", after: ["1", "2_3"])
    }
    #expect(throws: SlurmError.noJobNumber(text: "ok")) {
      try client(sbatch: "echo ok").submit("x", purpose: "it")
    }
  }

  @Test func refusalsAreQuotedInOneLine() throws {
    let said = """
      echo 'sbatch: error: invalid partition specified: no' >&2
      echo 'sbatch: error: Batch job submission failed: no such partition' >&2; exit 1
      """
    let message =
      "invalid partition specified: no; Batch job submission failed: no such partition"
    #expect(
      throws: SlurmError.refused(program: "sbatch", purpose: "the array job", message: message)
    ) {
      try client(sbatch: said).submit("x", purpose: "the array job")
    }
    #expect(
      SlurmError.refused(program: "sbatch", purpose: "the array job", message: "no").description
        == "sbatch refused the array job: no")
    #expect(throws: SlurmError.self) { try client(squeue: "exit 3").queue() }
  }

  @Test func theQueueIsRead() throws {
    let lines = "echo '12 3 dilution-x'; echo '13 N/A a name of words'"
    let expected = [
      QueuedTask(job: "12", task: 3, name: "dilution-x"),
      QueuedTask(job: "13", name: "a name of words"),
    ]
    #expect(try client(squeue: lines).queue() == expected)
    #expect(throws: SlurmError.unreadableQueue(line: "12 [3-4] x")) {
      try client(squeue: "echo '12 [3-4] x'").queue()
    }
    // Many lines: the pipe is read while the program still writes.
    let many = try client(squeue: "seq -f '%.0f N/A name-of-a-job' 1 20000").queue()
    #expect(many.count == 20_000 && many.last?.job == "20000")
  }

  @Test func aMissingProgramIsNamed() {
    #expect(throws: SlurmError.missingProgram("sbatch")) {
      try SlurmClient(searchPath: "/nowhere")
    }
  }
}
