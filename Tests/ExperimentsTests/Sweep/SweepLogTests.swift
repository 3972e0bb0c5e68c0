import DataFiles
import Experiments
import Foundation
import Runs
import TestSupport
import TestTags
import Testing

@Suite(.tags(.slow)) struct SweepLogTests {
  @Test func aLastLineCutAnywhereIsDoneAgain() throws {
    let run = try SweepFixture.run(
      """
      {model: "m", lengths: [40], tasks: [{task: "key-value"}], count: 3,
       methods: [{method: "in-context"}]}
      """)
    let records = try SweepFixture.records(run)
    let folder = try TemporaryFolder()
    let path = folder.file("records.jsonl")
    let lines = try records.map { Array(try $0.line.utf8) + [0x0A] }
    let before = lines[0] + lines[1]
    let keys = run.plan.keys
    for cut in 0...lines[2].count {
      try Data(before + lines[2].prefix(cut)).write(to: URL(fileURLWithPath: path))
      let (log, done) = try SweepLog.open(path, keys: keys)
      // Without its line end the line is whole already.
      let isWhole = cut >= lines[2].count - 1
      #expect(done.count == (isWhole ? 3 : 2))
      if !isWhole { try log.append(records[2]) }
      #expect(try FileSystem.read(path) == before + lines[2])
      #expect(try SweepResults(run.plan, logs: [path]).records == records)
    }
  }

  @Test func recordsOfOthersAreNotTaken() throws {
    let plan = try SweepFixture.plan()
    let folder = try TemporaryFolder()
    let path = folder.file("records.jsonl")
    let other = SweepFixture.record(method: "thinking", index: 0, correct: true)
    try Data((try other.line + "\n").utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: SweepError.strayRecord(file: path, line: 1)) {
      try SweepLog.open(path, keys: plan.keys)
    }
  }

  @Test func missingRecordsAreCounted() throws {
    let run = try SweepFixture.run()
    let folder = try TemporaryFolder()
    let path = folder.file("records.jsonl")
    let log = try SweepLog.open(path, keys: run.plan.keys).log
    try run.run(Array(run.pending().prefix(2))) { _, record in try log.append(record) }
    #expect(throws: SweepError.incomplete(missing: 40, total: 48, shards: [])) {
      try SweepResults(run.plan, logs: [path])
    }
  }
}
