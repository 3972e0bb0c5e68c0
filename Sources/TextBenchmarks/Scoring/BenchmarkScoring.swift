import DataFiles

/// Answers to a public benchmark, scored by its own metrics.
public struct BenchmarkScoring {
  private let benchmark: Benchmark
  private let input: ScoreInput
  private let subset: ZeroScrollsSubset?
  private let stems: Bool

  /// Reads answers.
  ///
  /// - Parameters:
  ///   - data: the benchmark's files; of RULER none where the answers bring the questions with them.
  ///   - answers: one file for each of `data`, or one for all.
  ///   - subset: of ZeroSCROLLS; from the files' names where nil.
  ///   - stems: whether the endings are taken off words before ROUGE counts them.
  /// - Throws: `UsageError`, `ScoreError`, and what reading throws.
  public init(
    _ benchmark: Benchmark, data: [String], answers: [String], subset: ZeroScrollsSubset? = nil,
    stems: Bool = false
  ) throws {
    self.benchmark = benchmark
    self.subset = subset
    self.stems = stems
    input = try ScoreInput(benchmark, data: data, answers: answers)
  }

  /// Reads the benchmark's files and scores the answers to them.
  ///
  /// - Throws: `UsageError`, `ScoreError`, and what reading throws.
  public func table() throws -> ScoreTable {
    switch benchmark {
    case .longBench: try longBench()
    case .zeroScrolls: try zeroScrolls()
    case .ruler: try ruler()
    }
  }

  private func longBench() throws -> ScoreTable {
    let file = input.files[0]
    var judged: [[LongBenchScore.Judged]] = input.methods.map { _ in [] }
    var missing = input.methods.map { _ in 0 }
    var ids: Set<String> = []
    try LongBenchItem.forEach(file.path) { item in
      ids.insert(item.id)
      for (place, method) in input.methods.enumerated() {
        let text = file.answers.text(item.id, of: file.path, by: method)
        if text == nil { missing[place] += 1 }
        judged[place].append(.init(item, answer: text ?? ""))
      }
    }
    try input.check([ids])
    let scores = judged.map(LongBenchScore.init)
    var table = ScoreTable()
    for (place, score) in scores.enumerated() {
      var row = ScoreTable.Row(
        method: input.methods[place], count: score.count, unanswered: missing[place])
      row.scores = [("overall", score.overall)]
      row.scores += score.domains.map { ($0, score.accuracy(domain: $0)) }
      row.scores += LongBenchItem.Difficulty.allCases.map { ($0.rawValue, score.accuracy($0)) }
      row.scores += LongBenchItem.Extent.allCases.map { ($0.rawValue, score.accuracy($0)) }
      table.rows.append(row)
    }
    return table
  }

  private func zeroScrolls() throws -> ScoreTable {
    var ids: [Set<String>] = []
    var parts: [ScoreTable.Part] = []
    for file in input.files {
      guard let subset = subset ?? ZeroScrollsSubset(rawValue: file.row) else {
        throw UsageError(
          "the name of '\(file.path)' does not name the subset; give --subset, one of "
            + ZeroScrollsSubset.allCases.map(\.rawValue).joined(separator: ", "))
      }
      let items = try ZeroScrollsItem.read(file.path)
      guard items.isEmpty || items.contains(where: { !$0.outputs.isEmpty }) else {
        throw ScoreError.noRightAnswers(file: file.path)
      }
      if let lacking = items.first(where: { $0.outputs.isEmpty }) {
        throw ScoreError.noRightAnswer(id: lacking.id, file: file.path)
      }
      ids.append(Set(items.map(\.id)))
      var part = ScoreTable.Part(
        name: "\(subset.rawValue) (\(subset.metric.rawValue))", count: items.count)
      for method in input.methods {
        let texts = items.map { file.answers.text($0.id, of: file.path, by: method) }
        part.unanswered.append(texts.count { $0 == nil })
        part.scores.append(
          subset.score(zip(items, texts).map { ($0.1 ?? "", $0.0.outputs) }, stems: stems))
      }
      parts.append(part)
    }
    try input.check(ids)
    return ScoreTable(
      parts, methods: input.methods,
      average: "average (\(parts.count) of \(ZeroScrollsSubset.allCases.count) subsets)")
  }

  private func ruler() throws -> ScoreTable {
    var ids: [Set<String>] = []
    var parts: [ScoreTable.Part] = []
    for file in input.files {
      var own: Set<String> = []
      var part = ScoreTable.Part(name: file.row, count: 0)
      part.scores = input.methods.map { _ in 0 }
      part.unanswered = input.methods.map { _ in 0 }
      try RulerItem.forEach(file.path, task: file.row) { item in
        guard own.insert(item.id).inserted else {
          throw ScoreError.sameName(id: item.id, file: file.path)
        }
        part.name = "\(file.row) (\(item.metric.name))"
        for (place, method) in input.methods.enumerated() {
          let text = file.answers.text(item.id, of: file.path, by: method) ?? ""
          if ContainedTexts.isNull(text) { part.unanswered[place] += 1 }
          part.scores[place] += item.score(text)
        }
      }
      part.count = own.count
      part.scores = part.scores.map { $0 / Double(own.count) }
      ids.append(own)
      parts.append(part)
    }
    try input.check(ids)
    return ScoreTable(
      parts, methods: input.methods, average: "average (\(parts.count) files)")
  }
}
