import DataFiles
import TestTimeCompute

/// All records of a sweep in grid order, and the files that are made of them.
public struct SweepResults: Sendable {
  public let plan: SweepPlan
  /// One for each item, cell by cell, in it by instance.
  public let records: [SweepRecord]
  /// The heads that are followed in each task, by its label.
  public let heads: [String: FollowedHeads]

  /// Gathers records from logs; of a record that stands in several, the first counts.
  ///
  /// - Parameter shardCount: into how many shards the sweep was split.
  /// - Throws: `SweepError`, `FileSystemError`, `JSONError`.
  public init(_ plan: SweepPlan, logs: [String], shardCount: Int = 1) throws {
    self.plan = plan
    var places: [String: Int] = [:]
    for cell in plan.cells.indices {
      for index in 0..<plan.spec.count {
        places[plan.key(SweepPlan.Item(cell: cell, index: index))] = places.count
      }
    }
    var found = [SweepRecord?](repeating: nil, count: plan.itemCount)
    for log in logs {
      try SweepLog.forEach(log) { line, record in
        guard let place = places[record.key] else {
          throw SweepError.strayRecord(file: log, line: line)
        }
        if found[place] == nil { found[place] = record }
      }
    }
    records = found.compactMap { $0 }
    guard records.count == plan.itemCount else {
      let missing = plan.missing(Set(records.map(\.key)), shards: shardCount)
      let shards = missing.indices.filter { shardCount > 1 && missing[$0] > 0 }
      throw SweepError.incomplete(
        missing: plan.itemCount - records.count, total: plan.itemCount,
        shards: shards.map { Shard(index: $0 + 1, of: shardCount) })
    }
    heads = FollowedHeads.choose(from: records)
  }

  /// Writes the records as lines, in their order.
  ///
  /// - Throws: `FileSystemError`.
  public func writeLog(_ path: String) throws {
    var lines = try JSONLinesWriter(path)
    for record in records { try lines.append { try record.write(to: &$0) } }
    try lines.commit()
  }

  /// Writes `results.jsonl` and `results.csv`.
  ///
  /// - Throws: `FileSystemError`.
  public func write(to folder: SweepFolder) throws {
    try writeLog(folder.results)
    let added = SettingColumns.added(by: plan.cells)
    var table = try CSVWriter(
      folder.table, columns: Self.columns + added + SiteColumn.tableColumns(optional))
    for (number, record) in records.enumerated() {
      let cell = plan.cells[number / plan.spec.count]
      try table.append(
        row(record, cell) + SettingColumns.cells(added, cell) + cells(record, optional))
    }
    try table.commit()
  }

  /// The version of `results.csv`.
  public static let schema = TableSchema("results.csv", version: 2, oldest: 2, toldBy: "run.json")

  /// The columns of `results.csv`: one row a record. Behind them come those of settings that the grid
  /// adds and of instruments that were asked for.
  public static let columns =
    [
      "task_label", "task", "length", "rotary", "label", "method", "index", "correct",
      "majority_correct", "answer_probability", "value_probability", "opening_probability",
    ] + SiteColumn.tableColumns(SiteColumn.standard) + [
      "best_layer", "best_head", "best_layer_all", "best_head_all", "steps",
      "steps_made", "tokens_each",
      "generated_tokens", "budget_flops", "flops", "unspent_flops", "predicted_flops",
      "prefill_flops", "held_out_loss_before", "held_out_loss_after", "held_out_seen", "diverged",
      "diverged_at",
    ] + SettingColumns.standard + [
      "seconds_prefill", "seconds_adapt", "seconds_think", "seconds_answer",
    ]

  private func row(_ record: SweepRecord, _ cell: SweepPlan.Cell) -> [CSVCell] {
    let heads = heads[record.identity.taskLabel]
    let isWhole = !record.hasDiverged
    return [
      .text(record.identity.taskLabel), .text(record.identity.task.rawValue),
      .integer(record.identity.length), .integer(record.identity.rotary ? 1 : 0),
      .text(record.identity.methodLabel), .text(record.identity.method),
      .integer(record.identity.index), isWhole ? .integer(record.isCorrect ? 1 : 0) : .missing,
      CSVCell(record.isMajorityCorrect.map { $0 ? 1 : 0 }),
      isWhole ? .number(record.answerProbability) : .missing,
      isWhole ? .number(record.valueProbability) : .missing,
      isWhole ? .number(record.openingProbability) : .missing,
    ] + cells(record, SiteColumn.standard) + [
      CSVCell(heads?.opening.layer),
      CSVCell(heads?.opening.head), CSVCell(heads?.all.layer), CSVCell(heads?.all.head),
      CSVCell(record.steps), CSVCell(record.stepsMade),
      CSVCell(record.tokensEach), .integer(record.generatedTokens), CSVCell(record.budgetFLOPs),
      .integer(record.spentFLOPs), CSVCell(record.budgetFLOPs.map { $0 - record.spentFLOPs }),
      .integer(record.predictedFLOPs), .integer(record.prefillFLOPs),
      CSVCell(record.heldOut?.before), CSVCell(record.heldOut?.after),
      CSVCell(record.heldOut?.seen), .integer(record.hasDiverged ? 1 : 0),
      record.divergedAt.map { .text($0) } ?? .missing,
    ] + SettingColumns.cells(SettingColumns.standard, cell) + [
      .number(record.seconds.prefill), .number(record.seconds.adapt),
      .number(record.seconds.think), .number(record.seconds.answer),
    ]
  }

  /// What is read beside the standard columns.
  private var optional: [SiteColumn] {
    SiteColumn.optional.filter { plan.spec.instruments.contains($0.instrument) }
  }

  private func cells(_ record: SweepRecord, _ columns: [SiteColumn]) -> [CSVCell] {
    let followed = heads[record.identity.taskLabel]
    return columns.flatMap { column in
      column.tableColumns.map { _, heads -> CSVCell in
        if heads == .mean { return CSVCell(record.sites?.mean(column)) }
        let number = followed.flatMap { record.sites?.number(column, at: $0[column.rows]) }
        return number.map { .float($0) } ?? .missing
      }
    }
  }
}
