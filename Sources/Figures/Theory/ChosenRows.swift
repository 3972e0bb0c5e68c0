import DataFiles

/// Rows of a table of results, narrowed down column by column to what one figure can show.
struct ChosenRows {
  let table: CSVTable
  /// The numbers of the rows that are left, ascending; at least one.
  private(set) var rows: [Int]

  /// All rows of a table.
  ///
  /// - Throws: `RowChoiceError.empty`.
  init(_ table: CSVTable) throws {
    self.table = table
    rows = Array(0..<table.rowCount)
    guard !rows.isEmpty else { throw RowChoiceError.empty(file: table.file) }
  }

  /// The values of a column among the rows that are left, in the order in which they come.
  ///
  /// - Throws: `CSVError`.
  func values(_ column: String) throws -> [String] {
    let all = try table.strings(column)
    var seen: Set<String> = []
    return rows.compactMap { seen.insert(all[$0]).inserted ? all[$0] : nil }
  }

  /// Keeps the rows with one value.
  ///
  /// - Parameters:
  ///   - value: the one asked for; nil takes the only one there is.
  ///   - flag: the option that names it, for what errors say; nil where there is none.
  /// - Throws: `RowChoiceError`, `CSVError`.
  mutating func choose(_ column: String, _ value: String?, flag: String?) throws {
    let known = try values(column)
    if value == nil, known.count > 1 {
      throw RowChoiceError.several(column, known, flag: flag, file: table.file)
    }
    guard let chosen = value ?? known.first, known.contains(chosen) else {
      throw RowChoiceError.none(column, value ?? "", known, file: table.file)
    }
    let all = try table.strings(column)
    rows = rows.filter { all[$0] == chosen }
  }
}

/// Results from which what a figure shows cannot be chosen.
enum RowChoiceError: Error, CustomStringConvertible {
  case empty(file: String)
  case several(String, [String], flag: String?, file: String)
  case none(String, String, [String], file: String)

  var description: String {
    switch self {
    case .empty(let file): "\(file) holds no results"
    case .several(let column, let values, let flag?, let file):
      "\(file) holds several values of \(column), \(Self.list(values)): choose one with \(flag)"
    case .several(let column, let values, nil, let file):
      "\(file) holds several values of \(column) at one length, \(Self.list(values)): measure them "
        + "into folders of their own"
    case .none(let column, let value, let values, let file):
      "\(file) holds no \(column) \(value), but \(Self.list(values))"
    }
  }

  private static func list(_ values: [String]) -> String {
    let shown = values.prefix(10).joined(separator: ", ")
    return values.count > 10 ? shown + " and \(values.count - 10) more" : shown
  }
}
