import DataFiles
import Experiments
import Prompts
import Runs
import TextBenchmarks

/// The folder of a benchmark's run: who made it, records as they arrive, and in the end the tables.
struct BenchmarkFolder {
  private let run: RunFolder
  private let identity: BenchmarkIdentity
  private var path: String { run.path }

  init(_ path: String, _ identity: BenchmarkIdentity) {
    run = RunFolder(path, .benchmark)
    self.identity = identity
  }

  static let schemas = [
    BenchmarkTable.schema, BenchmarkTable.answersSchema, BenchmarkTable.skippedSchema,
  ]

  /// Does what is missing, and writes the tables. A folder that is made for it and stays empty goes again.
  func work(_ asking: BenchmarkAsking, _ methods: [String], _ console: Console) throws {
    let isNew = !FileSystem.exists(path)
    try FileSystem.createDirectory(path)
    do {
      try fill(asking, methods, console)
    } catch {
      if isNew { FileSystem.removeIfEmpty(path) }
      throw error
    }
  }

  private func fill(
    _ asking: BenchmarkAsking, _ methods: [String], _ console: Console
  ) throws {
    let lock = try run.lock()
    try withExtendedLifetime(lock) {
      // A question that cannot be asked is told before the folder is this run's, so that the same folder
      // can be named again with other settings.
      var log = try isClaimed() ? openLog(console) : nil
      func missing(_ name: BenchmarkFiles.Name) -> [String] {
        methods.filter { method in
          log?.holds(.init(file: name.file, id: name.id, method: method)) != true
        }
      }
      let found = try asking.look(console, isOpen: { !missing($0).isEmpty })
      let records: BenchmarkLog
      if let log {
        records = log
      } else {
        // A run may be interrupted: what its records took is told by them.
        try identity.provenance(found).write(to: run.provenance, isDone: false)
        records = try openLog(console)
        log = records
      }
      if asking.skipsTooLong { try write(found.skipped) }
      let before = records.records.count
      let total = found.asked * methods.count
      // Who looks on loses something where this fails, and the run nothing.
      try? lock.tell(LockHolder.notes(alreadyDone: before))
      let progress = console.progress(
        "benchmark", unit: "answers", total: total, alreadyDone: before)
      let skipped = Set(found.skipped.map { BenchmarkFiles.Name(file: $0.file, id: $0.id) })
      try Interruption.resumable(run.records, progress, console) {
        let isAsked = { name in !skipped.contains(name) && !missing(name).isEmpty }
        try asking.prepareEach(where: isAsked) { prepared in
          try asking.checkMemory(prepared)
          try asking.run.answer(
            prepared, methods: missing(.init(file: prepared.file, id: prepared.question.id)),
            checkpoint: { try Interruption.check() },
            deliver: { record in
              try records.append(record)
              progress.advance()
            })
        }
      }
      progress.finish()
      let table = try write(records.records, asking.questions, methods, skipped)
      let report = BenchmarkReport(
        table, records: run.records, table: run.file("table.csv"), count: total,
        made: total - before, skipped: found.skipped.count,
        skippedTable: asking.skipsTooLong ? run.file(BenchmarkTable.skippedSchema.name) : nil)
      try report.print(console)
    }
  }

  /// Whether the folder is this run's already.
  ///
  /// - Throws: `OtherBenchmark` where it is another's.
  private func isClaimed() throws -> Bool {
    guard FileSystem.exists(run.provenance) else {
      // Records of which nothing tells what they answer are somebody else's.
      if FileSystem.exists(run.records) { throw OtherBenchmark(folder: path) }
      return false
    }
    guard try StoredProvenance(run.provenance).planHash == identity.hash else {
      throw OtherBenchmark(folder: path)
    }
    return true
  }

  private func openLog(_ console: Console) throws -> BenchmarkLog {
    let log = try BenchmarkLog(run.records)
    if let remark = log.remark { console.note(remark) }
    return log
  }

  private func write(
    _ records: [BenchmarkRecord], _ questions: BenchmarkFiles, _ methods: [String],
    _ skipped: Set<BenchmarkFiles.Name>
  ) throws -> BenchmarkTable {
    let entries = try records.map { record in
      let name = BenchmarkFiles.Name(file: record.identity.file, id: record.identity.id)
      guard let key = questions.keys[name] else { throw OtherBenchmark(folder: path) }
      return BenchmarkTable.Entry(
        question: key, method: record.identity.method, answer: record.answer,
        score: record.score, hasDiverged: record.hasDiverged)
    }
    let table = BenchmarkTable(
      questions.benchmark, entries, methods: methods,
      skipped: questions.names.filter(skipped.contains).compactMap { questions.keys[$0] })
    try writeResults(records)
    try table.write(to: run.file("table.csv"))
    try AtomicFile.write(table.markdown + "\n", to: run.file("table.md"))
    return table
  }

  /// Lists the questions that were left out.
  private func write(_ skipped: [LongQuestion]) throws {
    let columns = ["file", "line", "id", "row", "tokens", "limit"]
    var writer = try CSVWriter(run.file(BenchmarkTable.skippedSchema.name), columns: columns)
    for question in skipped {
      try writer.append([
        .text(question.file), .integer(question.line), .text(question.id), .text(question.row),
        .integer(question.tokens), .integer(question.limit),
      ])
    }
    try writer.commit()
  }

  private static let columns = [
    "file", "id", "method", "row", "length", "full_length", "cut", "budget", "budget_flops",
    "flops", "predicted_flops", "prefill_flops", "generated_tokens", "score", "answer_loss",
    "diverged", "diverged_at", "seconds_prefill", "seconds_adapt", "seconds_think",
    "seconds_answer",
  ]

  private func writeResults(_ records: [BenchmarkRecord]) throws {
    var writer = try CSVWriter(run.file("results.csv"), columns: Self.columns)
    for record in records {
      let identity = record.identity
      let seconds = record.seconds
      try writer.append([
        .text(identity.file), .text(identity.id), .text(identity.method),
        .text(record.row), .integer(record.length), .integer(record.fullLength),
        .integer(record.fullLength > record.length ? 1 : 0), .integer(record.budget),
        CSVCell(record.budgetFLOPs), .integer(record.spentFLOPs), .integer(record.predictedFLOPs),
        .integer(record.prefillFLOPs), .integer(record.generatedTokens),
        record.hasDiverged ? .missing : .number(record.score), CSVCell(record.answerLoss),
        .integer(record.hasDiverged ? 1 : 0), CSVCell(record.divergedAt),
        .number(seconds.prefill), .number(seconds.adapt),
        .number(seconds.think), .number(seconds.answer),
      ])
    }
    try writer.commit()
  }
}

/// A folder that holds the records of something else.
struct OtherBenchmark: Error, CustomStringConvertible {
  let folder: String

  var description: String {
    "\(folder) holds the records of another model, other questions or other settings: name another --out"
  }
}
