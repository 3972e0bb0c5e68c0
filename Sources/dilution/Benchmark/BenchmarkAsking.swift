import Experiments
import MachineInspection
import Prompts
import TextBenchmarks

/// The questions of a run, made ready for the model one after the other.
struct BenchmarkAsking {
  let run: BenchmarkRun
  let questions: BenchmarkFiles
  /// Whether questions that are too long are left out; else the first of them is an error.
  let skipsTooLong: Bool

  init(_ run: BenchmarkRun, _ questions: BenchmarkFiles, skipsTooLong: Bool) {
    self.run = run
    self.questions = questions
    self.skipsTooLong = skipsTooLong
  }

  /// What a look at all questions finds.
  struct Found {
    var skipped: [LongQuestion] = []
    /// In the order in which they first occur.
    var rows: [BenchmarkProvenance.Row]

    /// The questions that are asked.
    var asked: Int { rows.reduce(0) { $0 + $1.asked } }
  }

  /// Looks at all questions, so that one that cannot be asked is known before the first is.
  ///
  /// - Parameter isOpen: whether a question has anything to be done; the others were asked before.
  /// - Throws: `QuestionBeyondMemory`, and as `prepareEach`.
  func look(
    _ console: Console, isOpen: (BenchmarkFiles.Name) -> Bool = { _ in true }
  ) throws -> Found {
    let open = questions.names.filter(isOpen)
    let progress = console.progress("check", unit: "questions", total: open.count)
    let left = try prepareEach(where: isOpen) { prepared in
      try checkMemory(prepared)
      progress.advance()
    }
    if !open.isEmpty {
      progress.update(done: open.count)
      progress.finish()
    }
    let skipped = Set(left.map { BenchmarkFiles.Name(file: $0.file, id: $0.id) })
    var rows: [BenchmarkProvenance.Row] = []
    for name in questions.names {
      guard let key = questions.keys[name] else { continue }
      let place = rows.firstIndex { $0.name == key.row } ?? rows.count
      if place == rows.count { rows.append(.init(key.row)) }
      if skipped.contains(name) { rows[place].skipped += 1 } else { rows[place].asked += 1 }
    }
    return Found(skipped: left, rows: rows)
  }

  /// Calls `body` with each question as the model reads it; those that were left out.
  ///
  /// - Throws: `TextMethodError` for a question that cannot be asked, what reading throws, `Interrupted`, and
  ///   what `body` throws.
  @discardableResult
  func prepareEach(
    where isWanted: (BenchmarkFiles.Name) -> Bool = { _ in true },
    _ body: (PreparedQuestion) throws -> Void
  ) throws -> [LongQuestion] {
    var left: [LongQuestion] = []
    for source in questions.files {
      try questions.forEach(source) { index, question in
        guard isWanted(.init(file: source.path, id: question.id)) else { return }
        try Interruption.check()
        let prepared: PreparedQuestion
        do {
          prepared = try run.prepare(question, file: source.path, index: index)
        } catch TextMethodError.tooLong(let long) where skipsTooLong {
          left.append(long)
          return
        }
        try body(prepared)
      }
    }
    return left
  }

  /// - Throws: `QuestionBeyondMemory` where what is free does not hold a question now.
  func checkMemory(_ prepared: PreparedQuestion) throws {
    let needed = run.bytes(prepared)
    if let free = SystemFiles.memory?.freeBytes, needed > free {
      throw QuestionBeyondMemory(prepared, neededBytes: needed, freeBytes: free)
    }
  }
}

/// A question whose keys and values memory does not hold.
struct QuestionBeyondMemory: Error, CustomStringConvertible {
  private let question: PreparedQuestion
  private let neededBytes: Int
  private let freeBytes: Int

  init(_ question: PreparedQuestion, neededBytes: Int, freeBytes: Int) {
    self.question = question
    self.neededBytes = neededBytes
    self.freeBytes = freeBytes
  }

  var description: String {
    let isWhole = question.question.cut == .nothing
    return "\(question.name) has \(question.length) tokens, for which \(neededBytes >> 20) MiB are "
      + "needed beside the weights, but \(freeBytes >> 20) MiB are free: give --kv-precision "
      + "float16, or a smaller --context-tokens"
      + (isWhole ? " with --skip-too-long, which leaves such texts out" : "")
  }
}
