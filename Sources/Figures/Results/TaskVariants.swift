/// The tasks of a run that differ in one setting, by its value: what figures over similarity, hops
/// and depth are made of.
struct TaskVariants {
  struct Variant {
    let value: Double
    /// The label of the task.
    let task: String
    let rows: [RunTable.Row]
  }

  /// By ascending value.
  let variants: [Variant]
  /// The family, and the settings that are the variants' own.
  let subject: String

  var values: [Double] { variants.map(\.value) }

  /// Groups the chosen rows by a column; rows with nothing in it are left out.
  ///
  /// - Parameter remedy: what a sweep must hold for the figure.
  /// - Throws: `CSVError`, `FigureError`.
  init(_ selection: RunSelection, column: String, remedy: String) throws {
    let file = selection.table.file
    let values = try selection.table.numbers(column)
    let rows = selection.rows.filter { values[$0.number] != nil }
    let families = Set(rows.map(\.family)).sorted()
    guard let family = families.first else {
      throw FigureError.notEnough(
        "has nothing in the column '\(column)'", file: file, remedy: remedy)
    }
    guard families.count == 1 else { throw FigureError.severalTasks(families, file: file) }
    subject = family
    let groups = Dictionary(grouping: rows) { values[$0.number] ?? 0 }
    variants = try groups.keys.sorted().map { value in
      let own = groups[value] ?? []
      let tasks = Set(own.map(\.task)).sorted()
      guard tasks.count == 1 else {
        throw FigureError.severalTasksOfValue(
          tasks, column: column, value: plainNumber(value), file: file)
      }
      return Variant(value: value, task: tasks[0], rows: own)
    }
  }
}
