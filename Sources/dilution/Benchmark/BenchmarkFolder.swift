import DataFiles
import Experiments
import TextBenchmarks
import TextMethods

/// The folder of a benchmark's run: who made it, records as they arrive, and in the end the tables.
struct BenchmarkFolder {
  private let path: String
  private let identity: BenchmarkIdentity

  init(_ path: String, _ identity: BenchmarkIdentity) {
    self.path = path
    self.identity = identity
  }

  static let schemas = [
    BenchmarkTable.schema, TableSchema("results.csv", toldBy: "benchmark.json"),
  ]

  private func file(_ name: String) -> String {
    path.hasSuffix("/") ? path + name : path + "/" + name
  }

  /// Does what is missing, and writes the tables.
  func work(
    _ run: BenchmarkRun, _ questions: BenchmarkFiles, _ methods: [TextMethod], _ console: Console
  ) throws {
    try FileSystem.createDirectory(path)
    let lock = try DirectoryLock(path)
    try withExtendedLifetime(lock) {
      try claim()
      let log = try BenchmarkLog(file("records.jsonl"))
      if case .removedLastLine(let line, _) = log.repair {
        console.note(
          "Line \(line) of \(file("records.jsonl")) was half written; it is done again.")
      }
      let before = log.records.count
      let total = questions.names.count * methods.count
      let progress = console.progress(
        "benchmark", unit: "answers", total: total, alreadyDone: before)
      try Interruption.resumable(file("records.jsonl"), progress, console) {
        for source in questions.files {
          try questions.forEach(source) { index, question in
            let missing = methods.filter { method in
              !log.holds(.init(file: source.path, id: question.id, method: method))
            }
            if missing.isEmpty { return }
            let prepared = try run.prepare(question, file: source.path, index: index)
            if let free = SystemFiles.memory?.freeBytes, run.bytes(prepared) > free {
              throw TextTooLong(
                neededBytes: run.bytes(prepared), freeBytes: free,
                advice: "give a smaller --context-tokens, or --kv-precision float16")
            }
            try run.answer(
              prepared, methods: missing, checkpoint: { try Interruption.check() },
              deliver: { record in
                try log.append(record)
                progress.advance()
              })
          }
        }
      }
      progress.finish()
      let table = try write(log.records, questions, methods)
      let report = BenchmarkReport(
        table, records: file("records.jsonl"), table: file("table.csv"), count: total,
        made: total - before)
      try report.print(console)
    }
  }

  /// Makes the folder this run's, or finds that it is.
  private func claim() throws {
    let path = file("benchmark.json")
    guard FileSystem.exists(path) else {
      // Records of which nothing tells what they answer are somebody else's.
      if FileSystem.exists(file("records.jsonl")) { throw OtherBenchmark(folder: self.path) }
      return try identity.write(to: path)
    }
    var reader = try JSONObjectReader(JSONValue.read(path), file: path)
    try reader.version("format_version", understood: 1)
    guard try reader.string("plan_sha256") == identity.hash else {
      throw OtherBenchmark(folder: self.path)
    }
  }

  private func write(
    _ records: [BenchmarkRecord], _ questions: BenchmarkFiles, _ methods: [TextMethod]
  ) throws -> BenchmarkTable {
    let entries = try records.map { record in
      let name = BenchmarkFiles.Name(file: record.identity.file, id: record.identity.id)
      guard let key = questions.keys[name] else { throw OtherBenchmark(folder: path) }
      return BenchmarkTable.Entry(
        question: key, method: record.identity.method.rawValue, answer: record.answer,
        score: record.score, hasDiverged: record.hasDiverged)
    }
    let table = BenchmarkTable(
      questions.benchmark, entries, methods: methods.map(\.rawValue))
    try writeResults(records)
    try table.write(to: file("table.csv"))
    try AtomicFile.write(table.markdown + "\n", to: file("table.md"))
    return table
  }

  private static let columns = [
    "file", "id", "method", "row", "length", "full_length", "cut", "budget", "budget_flops",
    "flops", "predicted_flops", "prefill_flops", "generated_tokens", "score", "answer_loss",
    "diverged", "diverged_at", "seconds_prefill", "seconds_adapt", "seconds_think",
    "seconds_answer",
  ]

  private func writeResults(_ records: [BenchmarkRecord]) throws {
    var writer = try CSVWriter(file("results.csv"), columns: Self.columns)
    for record in records {
      let identity = record.identity
      let seconds = record.seconds
      try writer.append([
        .text(identity.file), .text(identity.id), .text(identity.method.rawValue),
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
