import DataFiles
import Prompts
import Runs
import TextBenchmarks

extension BenchmarkAsking {
  /// Asks in a folder what is missing there, and writes the tables.
  ///
  /// A question that cannot be asked is found before the folder is this run's, so that the same folder can
  /// be named again with other settings.
  ///
  /// - Parameters:
  ///   - looker: watches the look at all questions.
  ///   - observer: watches the answers.
  /// - Throws: `OtherRun`, `DirectoryLock.Held`, `MemoryShortage`, `TextMethodError`,
  ///   `FileSystemError`, and what the observers throw.
  public func work(
    in path: String, _ identity: BenchmarkIdentity, author: Provenance, looker: some RunObserver,
    observer: some RunObserver
  ) throws -> BenchmarkReport {
    let folder = RunFolder(path, .benchmark)
    let methods = run.settings.methods.map(\.name)
    func missing(_ name: BenchmarkFiles.Name, _ records: Set<BenchmarkRecord.Identity>) -> [String]
    {
      methods.filter { !records.contains(.init(file: name.file, id: name.id, method: $0)) }
    }
    let recorded = try RunSession<BenchmarkRecord>.recorded(in: folder, planHash: identity.hash)
    let before = Set(recorded.map(\.identity))
    let tooLong = try look(looker) { !missing($0, before).isEmpty }
    let skipped = Set(tooLong.map { BenchmarkFiles.Name(file: $0.file, id: $0.id) })
    let total = (questions.names.count - skipped.count) * methods.count
    return try RunSession<BenchmarkRecord>.work(
      in: folder, identity.provenance(rows(without: skipped), author), total: total, results: [],
      replaces: false, keepsRecords: true, observer: observer
    ) { session in
      if skipsTooLong { try write(tooLong, to: folder) }
      var records = session.done
      let done = Set(records.map(\.identity))
      let isAsked = { name in !skipped.contains(name) && !missing(name, done).isEmpty }
      try prepareEach(checkpoint: observer.check, where: isAsked) { prepared in
        try checkMemory(prepared)
        try run.answer(
          prepared,
          methods: missing(.init(file: prepared.file, id: prepared.question.id), done),
          checkpoint: observer.check
        ) { record in
          try session.append(record)
          records.append(record)
          observer.advance()
        }
      }
      observer.finish()
      return BenchmarkReport(
        try writeTables(records, methods, skipped, to: folder), folder, count: total,
        made: records.count - session.done.count, skipped: skipped.count,
        listsSkipped: skipsTooLong)
    }
  }

  private func writeTables(
    _ records: [BenchmarkRecord], _ methods: [String], _ skipped: Set<BenchmarkFiles.Name>,
    to folder: RunFolder
  ) throws -> BenchmarkTable {
    let entries = try records.map { record in
      let name = BenchmarkFiles.Name(file: record.identity.file, id: record.identity.id)
      guard let key = questions.keys[name] else { throw OtherRun(folder: folder.path) }
      return BenchmarkTable.Entry(
        question: key, method: record.identity.method, answer: record.answer,
        score: record.score, hasDiverged: record.hasDiverged)
    }
    let table = BenchmarkTable(
      questions.benchmark, entries, methods: methods,
      skipped: questions.names.filter(skipped.contains).compactMap { questions.keys[$0] })
    var results = try CSVWriter(folder.file("results.csv"), columns: BenchmarkRecord.columns)
    for record in records { try results.append(record.cells) }
    try results.commit()
    try table.write(to: folder.file("table.csv"))
    try AtomicFile.write(table.markdown + "\n", to: folder.file("table.md"))
    return table
  }

  /// Lists the questions that were left out.
  private func write(_ skipped: [LongQuestion], to folder: RunFolder) throws {
    let columns = ["file", "line", "id", "row", "tokens", "limit"]
    var writer = try CSVWriter(folder.file(BenchmarkTable.skippedSchema.name), columns: columns)
    for question in skipped {
      try writer.append([
        .text(question.file), .integer(question.line), .text(question.id), .text(question.row),
        .integer(question.tokens), .integer(question.limit),
      ])
    }
    try writer.commit()
  }
}
