import Prompts
import Runs
import TextBenchmarks

/// The questions of a run, made ready for the model one after the other.
public struct BenchmarkAsking {
  public let run: BenchmarkRun
  let questions: BenchmarkFiles
  /// Whether questions that are too long are left out; else the first of them is an error.
  let skipsTooLong: Bool
  /// The memory that is free at a moment; nil where it is not known.
  private let freeBytes: () -> Int?

  public init(
    _ run: BenchmarkRun, _ questions: BenchmarkFiles, skipsTooLong: Bool,
    freeBytes: @escaping () -> Int? = { nil }
  ) {
    self.run = run
    self.questions = questions
    self.skipsTooLong = skipsTooLong
    self.freeBytes = freeBytes
  }

  /// Looks at all questions, so that one that cannot be asked is known before the first is.
  ///
  /// - Parameter isOpen: whether a question has anything to be done; the others were asked before.
  /// - Returns: the questions that are left out.
  /// - Throws: `MemoryShortage`, and as `prepareEach`.
  func look(
    _ observer: some RunObserver, isOpen: (BenchmarkFiles.Name) -> Bool
  ) throws -> [LongQuestion] {
    let open = questions.names.count(where: isOpen)
    if open > 0 { observer.begin(total: open, done: 0, records: "") }
    let left = try prepareEach(checkpoint: observer.check, where: isOpen) { prepared in
      try checkMemory(prepared)
      observer.advance()
    }
    // Those that are left out have been looked at as well.
    for _ in left { observer.advance() }
    observer.finish()
    return left
  }

  /// The rows of the questions, in the order in which they first occur.
  func rows(without skipped: Set<BenchmarkFiles.Name>) -> [BenchmarkProvenance.Row] {
    questions.names.reduce(into: []) { rows, name in
      guard let key = questions.keys[name] else { return }
      let place = rows.firstIndex { $0.name == key.row } ?? rows.count
      if place == rows.count { rows.append(.init(key.row)) }
      if skipped.contains(name) { rows[place].skipped += 1 } else { rows[place].asked += 1 }
    }
  }

  /// Calls `body` with each question as the model reads it; those that were left out.
  ///
  /// - Parameter checkpoint: called before each question; what it throws ends the work.
  /// - Throws: `TextMethodError` for a question that cannot be asked, what reading throws, and what the
  ///   functions throw.
  @discardableResult
  public func prepareEach(
    checkpoint: () throws -> Void, where isWanted: (BenchmarkFiles.Name) -> Bool = { _ in true },
    _ body: (PreparedQuestion) throws -> Void
  ) throws -> [LongQuestion] {
    var left: [LongQuestion] = []
    for source in questions.files {
      try questions.forEach(source) { index, question in
        guard isWanted(.init(file: source.path, id: question.id)) else { return }
        try checkpoint()
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

  /// - Throws: `MemoryShortage` where what is free does not hold a question now.
  func checkMemory(_ prepared: PreparedQuestion) throws(MemoryShortage) {
    let isWhole = prepared.question.cut == .nothing
    try MemoryShortage.check(
      run.bytes(prepared), free: freeBytes(),
      "\(prepared.name) has \(prepared.length) tokens, which need",
      remedy: "give --kv-precision float16, or a smaller --context-tokens"
        + (isWhole ? " with --skip-too-long, which leaves such texts out" : ""))
  }
}
