/// A CSV file (RFC 4180) with a header line, read as a whole; columns are asked for by name and type.
public struct CSVTable: Sendable {
  /// What errors call the file.
  public let file: String
  /// The names of the columns, in order.
  public let columns: [String]
  public var rowCount: Int { lines.count }

  /// All fields, row by row.
  private var cells: [String] = []
  /// The line in which each row starts.
  private var lines: [Int] = []
  private let index: [String: Int]

  /// Reads a file of at most `maximumBytes`.
  ///
  /// - Throws: `FileSystemError`, `CSVError`.
  public static func read(_ path: String, maximumBytes: Int = 1 << 30) throws -> CSVTable {
    try CSVTable(FileSystem.read(path, maximumBytes: maximumBytes), file: path)
  }

  /// Reads text.
  ///
  /// - Throws: `CSVError`.
  public init(_ text: String, file: String = "text") throws(CSVError) {
    try self.init(Array(text.utf8), file: file)
  }

  /// Reads text in UTF-8. Lines end with LF or CR LF; blank lines are skipped.
  ///
  /// - Throws: `CSVError`.
  public init(_ bytes: [UInt8], file: String) throws(CSVError) {
    self.file = file
    var parser = try CSVParser(bytes, file: file)
    guard let header = try parser.nextRow() else {
      throw CSVError(file: file, line: nil, problem: .noHeader)
    }
    columns = header.fields
    var index: [String: Int] = [:]
    for (i, name) in columns.enumerated() where index.updateValue(i, forKey: name) != nil {
      throw CSVError(file: file, line: header.line, problem: .duplicateColumn(name))
    }
    self.index = index
    while let row = try parser.nextRow() {
      guard row.fields.count == columns.count else {
        throw CSVError(
          file: file, line: row.line,
          problem: .fieldCount(found: row.fields.count, wanted: columns.count))
      }
      cells += row.fields
      lines.append(row.line)
    }
  }

  public func contains(_ column: String) -> Bool { index[column] != nil }

  /// The line of the file in which a row starts, counted from 1.
  public func line(ofRow row: Int) -> Int { lines[row] }

  /// The fields of a column as they stand.
  ///
  /// - Throws: `CSVError` when there is no such column.
  public func strings(_ column: String) throws(CSVError) -> [String] {
    guard let i = index[column] else {
      throw CSVError(
        file: file, line: nil,
        problem: .noSuchColumn(
          column, suggestion: suggestion(for: column, among: columns), known: columns))
    }
    return stride(from: i, to: cells.count, by: columns.count).map { cells[$0] }
  }

  /// A column of whole numbers.
  ///
  /// - Throws: `CSVError`, naming the first line that holds none.
  public func ints(_ column: String) throws(CSVError) -> [Int] {
    try values(column, wanted: "a whole number") { Int($0) }
  }

  /// A column of whole numbers inside a range.
  ///
  /// - Throws: `CSVError`, naming the first line that holds none.
  public func ints(_ column: String, in range: ClosedRange<Int>) throws(CSVError) -> [Int] {
    try values(column, wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)") {
      Int($0).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// A column of finite numbers.
  ///
  /// - Throws: `CSVError`, naming the first line that holds none.
  public func doubles(_ column: String) throws(CSVError) -> [Double] {
    try values(column, wanted: "a finite number", Self.number)
  }

  /// A column of finite numbers, some of which may be missing (empty fields).
  ///
  /// - Throws: `CSVError`, naming the first line that holds something else.
  public func optionalDoubles(_ column: String) throws(CSVError) -> [Double?] {
    try values(column, wanted: "a finite number or nothing") { text -> Double?? in
      text.isEmpty ? .some(nil) : Self.number(text).map { .some($0) }
    }
  }

  private func values<Value>(
    _ column: String, wanted: String, _ value: (String) -> Value?
  ) throws(CSVError) -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(rowCount)
    for (row, text) in try strings(column).enumerated() {
      guard let value = value(text) else {
        throw CSVError(
          file: file, line: lines[row],
          problem: .mismatch(column: column, found: text, wanted: wanted))
      }
      result.append(value)
    }
    return result
  }

  /// A decimal number; the standard library alone would take hexadecimal and names, too.
  private static func number(_ text: String) -> Double? {
    let allowed = text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    guard allowed, let number = Double(text), number.isFinite else { return nil }
    return number
  }
}
