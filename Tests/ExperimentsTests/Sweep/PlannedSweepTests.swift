import DataFiles
import Experiments
import Foundation
import Runs
import Synchronization
import TestSupport
import TestTags
import Testing
import TransformerModel

/// Sweeps in their folders, without a process.
@Suite(.tags(.slow)) struct PlannedSweepTests {
  /// Ends a sweep behind a number of records.
  final class Scissors: SweepObserver {
    private let left: Mutex<Int>
    init(after count: Int) { left = Mutex(count) }
    func begin(
      _ plan: SweepPlan, all: [(group: SweepPlan.Group, cells: [Int])],
      pending: [(group: SweepPlan.Group, cells: [Int])]
    ) {}
    func begin(total: Int, done: Int, records: String) {}
    func advance() {}
    func advance(_ cell: Int) { left.withLock { $0 -= 1 } }
    func finish() {}
    func note(_ sentence: String) {}
    func check() throws {
      if left.withLock({ $0 <= 0 }) { throw ResumeTests.Cut() }
    }
  }

  private func planned(_ folder: TemporaryFolder, _ run: String, count: Int = 3) throws
    -> PlannedSweep
  {
    let model = folder.file("model")
    if !FileSystem.exists(model) { try Checkpoint.save(ProbeFixture.model.parameters, to: model) }
    let text = """
      {model: "\(model)", lengths: [60], tasks: [{task: "key-value"}], count: \(count),
       methods: [{method: "in-context"}, {method: "thinking", tokens: 4}]}
      """
    let file = folder.file("spec.json5")
    try AtomicFile.write(text, to: file)
    return try PlannedSweep(
      try #require(SweepStudy.read(file).specs.first), specFile: file,
      folder: SweepFolder(folder.file(run)), threads: 1)
  }

  @Test func aSweepGoesOn() throws {
    let folder = try TemporaryFolder()
    let author = ProbeFilesTests.author
    let whole = try planned(folder, "whole").work(author: author, observer: SilentObserver())
    #expect(whole.count == 6 && whole.made == 6)
    #expect(throws: ResumeTests.Cut.self) {
      try planned(folder, "cut").work(author: author, observer: Scissors(after: 4))
    }
    let cut = SweepFolder(folder.file("cut"))
    let status = try SweepStatus(cut, .whole)
    #expect(status.lines[0] == "Sweep \(cut.path): 4 of 6 records, 0 of 2 cells")
    #expect(RunKind(folder: cut.path) == .sweep)
    #expect(throws: SweepError.otherSweep(folder: cut.path, isOtherModel: false)) {
      try planned(folder, "cut", count: 4).work(author: author, observer: SilentObserver())
    }
    let rest = try planned(folder, "cut").work(author: author, observer: SilentObserver())
    #expect(rest.count == 6 && rest.made == 2)
    func records(_ run: String) throws -> [String] {
      try String(contentsOfFile: folder.file(run + "/results.jsonl"), encoding: .utf8)
        .split(separator: "\n").map { $0.components(separatedBy: ",\"seconds\":")[0] }
    }
    #expect(try records("cut") == records("whole"))
  }

  @Test func scriptsForSlurmAreWrittenForWhatIsMissing() throws {
    let folder = try TemporaryFolder()
    let sweep = try planned(folder, "run")
    let root = SweepFolder(folder.file("run"))
    let slurm = SlurmSweep([sweep], specFile: folder.file("spec.json5"), root: root, shardCount: 2)
    let report = try slurm.submit(scriptOnly: true, observer: SilentObserver())
    #expect(report.lines[0] == "\(root.path): 0 of 2 shards are done")
    let script = try String(contentsOfFile: root.slurm + "/shards.sbatch", encoding: .utf8)
    #expect(script.contains("#SBATCH --array=1-2\n"))
    _ = try sweep.work(author: ProbeFilesTests.author, observer: SilentObserver())
    let again = try slurm.submit(scriptOnly: true, observer: SilentObserver())
    #expect(
      again.lines == [
        "\(root.path): 2 of 2 shards are done",
        "The results are joined; nothing is left to do.",
      ])
  }
}
