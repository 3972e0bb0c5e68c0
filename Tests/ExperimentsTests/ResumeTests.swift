import DataFiles
import Experiments
import Foundation
import Runs
import SandboxTasks
import Synchronization
import TensorKernels
import TestSupport
import TestTags
import Testing
import TextSupport

/// Runs that are cut short and go on in another process end like one that was left alone.
@Suite(.tags(.slow)) struct ResumeTests {
  struct Cut: Error {}

  /// Ends the work behind a number of records.
  final class Scissors: RunObserver {
    private let left: Mutex<Int>
    init(after count: Int) { left = Mutex(count) }
    func begin(total: Int, done: Int, records: String) {}
    func advance() {
      left.withLock { $0 -= 1 }
    }
    func finish() {}
    func note(_ sentence: String) {}
    func check() throws {
      if left.withLock({ $0 <= 0 }) { throw Cut() }
    }
  }

  typealias Work = (_ folder: String, _ replaces: Bool, _ observer: any RunObserver) throws -> Void

  static func probe(steps: Int = 2) throws -> Work {
    let items =
      try ProbeFixture.items(length: 60, count: 3) + ProbeFixture.items(length: 120, count: 3)
    var settings = ProbeFixture.adapting(steps: steps)
    settings.profiled = [1]
    let run = try ProbeRun(ProbeFixture.model, settings: settings, items: items, threads: 1)
    return { folder, replaces, observer in
      func work(_ observer: some RunObserver) throws {
        _ = try run.work(
          in: folder, model: [], tasks: [], author: ProbeFilesTests.author, replaces: replaces,
          observer: observer)
      }
      try work(observer)
    }
  }

  static func theory(rate: Double = 0.1) throws -> Work {
    let items =
      try ProbeFixture.items(length: 60, count: 3)
      + ProbeFixture.items(.multiHop(MultiHopTask(hops: 2)), length: 120, count: 3)
    let run = try TheoryRun(
      ProbeFixture.model, settings: TheorySettings(learningRates: [rate]), items: items, threads: 1)
    return { folder, replaces, observer in
      func work(_ observer: some RunObserver) throws {
        _ = try run.work(
          in: folder, model: [], tasks: [], author: ProbeFilesTests.author, replaces: replaces,
          observer: observer)
      }
      try work(observer)
    }
  }

  static func think(steps: Int = 2) throws -> Work {
    let (model, text) = try TextFixture.model()
    let settings = try TextFixture.settings(
      TextFixture.methods, steps: steps, thinking: 6, answer: 6)
    let run = try TextRun(
      model, text, settings: settings,
      prompts: TextFixture.prompts(.keyValue, count: 2).map { ("t.jsonl", $0) }, threads: 1)
    return { folder, replaces, observer in
      func work(_ observer: some RunObserver) throws {
        let records = try run.work(
          in: folder, model: [], tasks: [], author: ProbeFilesTests.author, replaces: replaces,
          observer: observer)
        #expect(records.map(\.method) == TextFixture.methods + TextFixture.methods)
      }
      try work(observer)
    }
  }

  /// All files of a folder, without times.
  static func contents(_ folder: String) throws -> [String: String] {
    try FileSystem.names(in: folder).reduce(into: [:]) { files, name in
      if name == "answers.csv" {
        let table = try CSVTable.read(folder + "/" + name)
        files[name] = try table.columns.filter { !$0.hasSuffix("_seconds") }.map { column in
          "\(column): \(try table.strings(column))"
        }.joined(separator: "\n")
        return
      }
      let text = String(decoding: try FileSystem.read(folder + "/" + name), as: UTF8.self)
      files[name] = text.split(separator: "\n").filter {
        !$0.contains("\"started\"") && !$0.contains("\"seconds\"")
      }.joined(separator: "\n")
    }
  }

  static func check(_ work: Work, other: Work, kind: RunKind, total: Int = 6) throws {
    let (whole, cut) = (try TemporaryFolder(), try TemporaryFolder())
    try work(whole.path, false, SilentObserver())
    let expected = try contents(whole.path)
    #expect(throws: FolderHasResults.self) { try work(whole.path, false, SilentObserver()) }
    // Cut before the first record the folder is nobody's.
    #expect(throws: Cut.self) { try work(cut.path, false, Scissors(after: 0)) }
    #expect(try cut.names.isEmpty)
    for count in [1, 3] {
      #expect(throws: Cut.self) { try work(cut.path, false, Scissors(after: count)) }
      #expect(RunKind(folder: cut.path) == kind)
    }
    let stored = try StoredProvenance(RunFolder(cut.path, kind).provenance)
    #expect(stored.total == total && stored.planHash != nil)
    let log = RunFolder(cut.path, kind).records
    let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 4)
    let status = try WorkStatus(RunFolder(cut.path, kind))
    #expect(status.state == .stopped && status.done == 4 && status.total == total)
    #expect(
      status.lines.first
        == "\(kind.run.prefix(1).uppercased() + kind.run.dropFirst()), \(cut.path): 4 of \(total) records"
    )
    #expect(try WorkStatus(RunFolder(whole.path, kind)).state == .finished)
    // As after a kill in the middle of a line.
    try AtomicFile.write(
      lines.prefix(3).joined(separator: "\n") + "\n" + lines[3].prefix(30), to: log)
    #expect(throws: OtherRun(folder: cut.path)) { try other(cut.path, false, SilentObserver()) }
    try work(cut.path, false, SilentObserver())
    #expect(try contents(cut.path) == expected)
    // What is replaced leaves nothing behind.
    #expect(throws: Cut.self) { try other(cut.path, true, Scissors(after: 2)) }
    try work(cut.path, true, SilentObserver())
    #expect(try contents(cut.path) == expected)
  }

  @Test func probesGoOn() throws {
    try Self.check(Self.probe(), other: Self.probe(steps: 3), kind: .probe)
  }

  @Test func theoryRunsGoOn() throws {
    try Self.check(Self.theory(), other: Self.theory(rate: 0.2), kind: .theory)
  }

  @Test func answersToTextsGoOn() throws {
    try Self.check(Self.think(), other: Self.think(steps: 3), kind: .think)
  }

  @Test func trialsOfIntervalsGoOn() throws {
    func coverage(seed: UInt64) -> Work {
      let study = CoverageStudy(seed: seed, trials: 10, resamples: 100, counts: [3, 5])
      return { folder, replaces, observer in
        func work(_ observer: some RunObserver) throws {
          _ = try study.work(
            in: folder, by: Workers(count: 1), author: ProbeFilesTests.author, replaces: replaces,
            observer: observer)
        }
        try work(observer)
      }
    }
    try Self.check(coverage(seed: 1), other: coverage(seed: 2), kind: .coverage, total: 72)
  }

  /// Times differ from run to run; what was measured before a run was cut short is kept.
  @Test func scalingRunsGoOn() throws {
    let folder = try TemporaryFolder()
    let run = ScalingRun(
      ProbeFixture.model, precision: .float32, spanLength: 16, steps: 1, decodedTokens: 2, seed: 1,
      workers: Workers(count: 1))
    func work(
      _ lengths: [Int], adds: Bool = false, _ observer: some RunObserver = SilentObserver()
    ) throws -> [Int] {
      try run.work(
        in: folder.path, lengths: lengths, model: [], author: ProbeFilesTests.author,
        meter: .init(restart: { nil }, peak: { nil }), adds: adds, observer: observer
      ).map(\.length)
    }
    func rows() throws -> [Substring] {
      String(decoding: try FileSystem.read(folder.file("scaling.csv")), as: UTF8.self)
        .split(separator: "\n")
    }
    #expect(throws: Cut.self) { try work([100, 150, 200], Scissors(after: 2)) }
    let before = try rows()
    #expect(before.count == 3)
    #expect(throws: OtherRun(folder: folder.path)) { try work([100, 150]) }
    #expect(try work([100, 150, 200]) == [100, 150, 200])
    #expect(try rows().prefix(3) == before[...] && rows().count == 4)
    #expect(try folder.names == ["scaling.csv", "scaling.json"])
    #expect(throws: FolderHasResults.self) { try work([300]) }
    // Nothing of the earlier run is lost where one that adds to it fails.
    let earlier = try FileSystem.read(folder.file("scaling.json"))
    #expect(throws: Cut.self) { try work([300], adds: true, Scissors(after: 0)) }
    #expect(try FileSystem.read(folder.file("scaling.json")) == earlier)
    #expect(try work([300], adds: true) == [300])
    #expect(try rows().count == 5)
  }

  @Test func folderOfAnotherKindIsLeftAlone() throws {
    let folder = try TemporaryFolder()
    try Self.probe()(folder.path, false, SilentObserver())
    let before = try Self.contents(folder.path)
    #expect(throws: OtherRun(folder: folder.path, kind: .probe)) {
      try Self.theory()(folder.path, true, SilentObserver())
    }
    #expect(try Self.contents(folder.path) == before)
  }
}
