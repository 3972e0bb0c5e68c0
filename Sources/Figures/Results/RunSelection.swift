import DataFiles
import Experiments
import TestTimeCompute

/// The records of a run that a figure shows, and their means.
struct RunSelection {
  /// Which positions of a run are taken.
  enum Positions {
    /// Rotated ones where the run has them.
    case usual
    case all
  }

  let table: RunTable
  /// In the order of the file.
  let rows: [RunTable.Row]
  /// Records of the choice that diverged, and show nothing.
  let diverged: [RunTable.Row]
  /// Labels of the chosen methods, in the order in which they are shown.
  let methods: [String]
  /// Ascending.
  let lengths: [Int]
  /// Labels of the chosen tasks, in the order of the file.
  let tasks: [String]
  /// What the figure calls the methods of the run, chosen or not.
  let names: MethodNames
  let settings: [String: MethodColumns]
  private let estimator: Estimator
  private let cells: [Cell: [RunTable.Row]]

  private struct Cell: Hashable {
    var method: String
    var length: Int
  }

  /// Chooses among the records of a run.
  ///
  /// - Throws: what `RunTable` throws, and `FigureError` for what is not there.
  init(
    _ input: FigureInput, _ choice: RunChoice, for figure: FigureAbout,
    positions: Positions = .usual
  ) throws {
    let table = try RunTable(input.path, step: choice.step, for: figure)
    self.table = table
    estimator = Estimator(seed: input.seed ?? 0)
    settings = try Self.settings(table)
    names = MethodNames(settings)
    tasks = try Self.tasks(choice.tasks, table)
    methods = try Self.methods(choice.methods, table, settings, names)
    let wanted = Set(choice.lengths)
    let known = Set(table.rows.map(\.length))
    if let unknown = wanted.subtracting(known).min() {
      throw FigureError.noSuchLength(unknown, known.sorted(), file: table.file)
    }
    let (tasks, methods) = (Set(tasks), Set(methods))
    let rotated = table.rows.contains { $0.rotary }
    func isChosen(_ row: RunTable.Row) -> Bool {
      tasks.contains(row.task) && (wanted.isEmpty || wanted.contains(row.length))
        && (positions == .all || row.rotary == rotated)
    }
    rows = table.rows.filter { isChosen($0) && methods.contains($0.method) }
    // A method all of whose runs diverged is there only where none was asked for by name.
    let takesAll = choice.methods.isEmpty
    diverged = table.diverged.filter {
      isChosen($0) && (takesAll || methods.contains($0.method))
    }
    guard !rows.isEmpty else { throw FigureError.empty(file: table.file) }
    lengths = Set(rows.map(\.length)).sorted()
    cells = Dictionary(grouping: rows) { Cell(method: $0.method, length: $0.length) }
  }

  /// The chosen rows of a method at a length.
  func rows(_ method: String, at length: Int) -> [RunTable.Row] {
    cells[Cell(method: method, length: length)] ?? []
  }

  private static func settings(_ table: RunTable) throws -> [String: MethodColumns] {
    var settings: [String: MethodColumns] = [:]
    guard table.source == .sweep else { return settings }
    let columns = try MethodColumns.names.map(table.texts)
    for row in table.rows + table.diverged where settings[row.method] == nil {
      settings[row.method] = MethodColumns(
        Dictionary(
          uniqueKeysWithValues: zip(MethodColumns.names, columns.map { $0[row.number] })))
    }
    return settings
  }

  private static func tasks(_ wanted: [String], _ table: RunTable) throws -> [String] {
    let known = distinct(table.rows.map(\.task))
    guard !wanted.isEmpty else { return known }
    let families = Dictionary(
      table.rows.map { ($0.task, $0.family) }, uniquingKeysWith: { first, _ in first })
    var chosen: Set<String> = []
    let names = Set(known + families.values)
    for name in wanted.flatMap({ CommaNames.split($0, among: names) }) {
      let own = known.contains(name) ? [name] : known.filter { families[$0] == name }
      guard !own.isEmpty else { throw FigureError.noSuchTask(name, known, file: table.file) }
      chosen.formUnion(own)
    }
    return known.filter(chosen.contains)
  }

  /// A label names one method; the name of a family, such as qTTT, all methods of it.
  private static func methods(
    _ wanted: [String], _ table: RunTable, _ settings: [String: MethodColumns],
    _ names: MethodNames
  ) throws -> [String] {
    let known = distinct(table.rows.map(\.method))
    guard !wanted.isEmpty else { return known }
    var chosen: [String] = []
    let words = known.flatMap { label in
      [label, names[label], MethodNames.head(of: label)]
        + (settings[label].map { [MethodNames.family($0), $0["method"]] } ?? [])
    }
    for name in wanted.flatMap({ CommaNames.split($0, among: Set(words)) }) {
      let candidates = [
        known.filter { $0 == name }, known.filter { names[$0] == name },
        known.filter { MethodNames.head(of: $0) == name && settings[$0]?["method"] != name },
        known.filter { settings[$0].map(MethodNames.family) == name },
        known.filter { settings[$0]?["method"] == name },
      ]
      guard let own = candidates.first(where: { !$0.isEmpty }) else {
        throw FigureError.noSuchMethod(name, known, file: table.file)
      }
      chosen += own
    }
    return distinct(chosen)
  }

  /// Values without those that came before: what is named twice counts once.
  static func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
    var seen: Set<Value> = []
    return values.filter { seen.insert($0).inserted }
  }

  /// The one task of a figure that cannot show several.
  ///
  /// - Throws: `FigureError.severalTasks`.
  func oneTask() throws -> String {
    guard tasks.count == 1 else { throw FigureError.severalTasks(tasks, file: table.file) }
    return tasks[0]
  }

  /// Labels of the methods that answer in context, whatever was chosen: what others are held against.
  var inContext: String? {
    let known = Self.distinct(table.rows.map(\.method))
    if case .probe = table.source { return known.contains("in-context") ? "in-context" : nil }
    return known.first { settings[$0]?["method"] == "in-context" }
  }

  /// The rows of any method at the chosen tasks, lengths and positions.
  func rows(of method: String) -> [RunTable.Row] {
    if methods.contains(method) { return rows.filter { $0.method == method } }
    let (tasks, lengths) = (Set(tasks), Set(lengths))
    let positions = Set(rows.map(\.rotary))
    return table.rows.filter {
      $0.method == method && tasks.contains($0.task) && lengths.contains($0.length)
        && positions.contains($0.rotary)
    }
  }

  /// Refuses rows that are not of one cell: all that is averaged goes through here.
  ///
  /// - Throws: `PooledRecords`.
  func check(_ rows: [RunTable.Row]) throws {
    guard let first = rows.first else { return }
    try RecordCell.check(
      rows.lazy.map { row in
        RecordCell.Member(
          index: row.index,
          settings: [
            RecordCell.Setting("task", row.task), RecordCell.Setting("T", "\(row.length)"),
            RecordCell.Setting("rotary", row.rotary ? "on" : "off"),
            RecordCell.Setting("method", row.method),
          ] + table.settings(row))
      },
      label: first.method,
      place: "\(first.task)\(first.rotary ? "" : ", rotary off") at T = \(first.length)",
      file: table.file)
  }

  /// The mean of a measure over rows of one cell; nil where no row has it.
  ///
  /// - Throws: `PooledRecords`.
  func estimate(_ rows: [RunTable.Row], _ measure: MeasuredColumn) throws -> Estimate? {
    guard let first = rows.first else { return nil }
    return try estimate(
      rows, measure.values,
      of: Quantity(measure.measure, task: first.task, length: first.length))
  }

  /// The mean of a column over rows of one cell; nil where no row has it.
  ///
  /// - Parameter values: one for each row of the file.
  /// - Throws: `PooledRecords`.
  func estimate(
    _ rows: [RunTable.Row], _ values: [Double?], of quantity: Quantity
  ) throws -> Estimate? {
    try check(rows)
    return estimator.mean(rows.compactMap { values[$0.number] }, of: quantity)
  }

  /// The mean of the differences of rows of one cell to those of another, instance by instance; nil where
  /// no pair has the measure.
  ///
  /// - Throws: `PooledRecords`.
  func difference(
    _ rows: [RunTable.Row], to base: [RunTable.Row], _ measure: MeasuredColumn
  ) throws -> Estimate? {
    guard let first = rows.first else { return nil }
    try check(rows)
    try check(base)
    let before = Dictionary(uniqueKeysWithValues: base.map { ($0.index, $0.number) })
    let pairs = rows.compactMap { row -> (before: Double, after: Double)? in
      guard let before = before[row.index].flatMap({ measure.values[$0] }),
        let after = measure.values[row.number]
      else { return nil }
      return (before, after)
    }
    return estimator.difference(
      before: pairs.map(\.before), after: pairs.map(\.after),
      of: Quantity(measure.measure, task: first.task, length: first.length))
  }

  /// Reads a measure.
  ///
  /// - Throws: `CSVError`.
  func column(_ measure: Measure) throws -> MeasuredColumn {
    MeasuredColumn(measure: measure, values: try table.values(measure))
  }
}

/// A column of measurements.
struct MeasuredColumn {
  var measure: Measure
  /// One for each row of the file; nil where there is none.
  var values: [Double?]

  var column: String { measure.column }
}
