/// A field of a CSV file.
public enum CSVCell: Sendable, Equatable {
  case text(String)
  case integer(Int)
  case number(Double)
  /// Written in the shortest form that reads back as this `Float`.
  case float(Float)
  /// An empty field.
  case missing
}

extension CSVCell: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral
{
  public init(stringLiteral value: String) { self = .text(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
}

extension CSVCell {
  /// What there is, or nothing.
  public init(_ integer: Int?) { self = integer.map { .integer($0) } ?? .missing }
  public init(_ number: Double?) { self = number.map { .number($0) } ?? .missing }
  public init(_ text: String?) { self = text.map { .text($0) } ?? .missing }
}

/// Formats rows as CSV text (RFC 4180 with LF line ends): fields with commas, quotes or line ends are
/// quoted, numbers are written in the shortest form that reads back equal.
public struct CSVFormatter: Sendable {
  /// A number that a table cannot hold.
  public struct NotFinite: Error, Sendable, Equatable, CustomStringConvertible {
    public var column: String
    public var number: Double

    public var description: String {
      "The column \(quoted(column)) cannot hold the number \(number); only finite numbers can be "
        + "written."
    }
  }

  public let columns: [String]
  /// The text so far, in UTF-8.
  public private(set) var bytes: [UInt8] = []
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Starts with the header line.
  public init(columns: [String]) {
    precondition(
      !columns.isEmpty && Set(columns).count == columns.count, "Columns need distinct names.")
    self.columns = columns
    appendLine(columns.map { .text($0) })
  }

  /// Appends a row with one cell for each column.
  ///
  /// - Throws: `NotFinite`; nothing of the row is then kept.
  public mutating func append(_ row: [CSVCell]) throws {
    precondition(row.count == columns.count, "A row has one cell for each column.")
    for (column, cell) in zip(columns, row) {
      switch cell {
      case .number(let number) where !number.isFinite:
        throw NotFinite(column: column, number: number)
      case .float(let number) where !number.isFinite:
        throw NotFinite(column: column, number: Double(number))
      default: break
      }
    }
    appendLine(row)
  }

  private mutating func appendLine(_ row: [CSVCell]) {
    for (i, cell) in row.enumerated() {
      if i > 0 { bytes.append(UInt8(ascii: ",")) }
      switch cell {
      case .text(let text): append(text, isAlone: row.count == 1)
      case .integer(let integer): bytes.appendDecimal(integer)
      case .number(let number): bytes.append(contentsOf: number.description.utf8)
      case .float(let number): bytes.append(contentsOf: number.description.utf8)
      case .missing: if row.count == 1 { append("", isAlone: true) }
      }
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// An empty field that is alone in its line is quoted, so that the line is not blank.
  private mutating func append(_ text: String, isAlone: Bool) {
    let needsQuotes = text.utf8.contains {
      $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D
    }
    guard needsQuotes || (text.isEmpty && isAlone) || text.hasPrefix("\u{FEFF}") else {
      bytes.append(contentsOf: text.utf8)
      return
    }
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Hands over the text so far and starts anew after it.
  mutating func takeBytes() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }
}

/// Writes a CSV file row by row; it appears as a whole on `commit`.
public struct CSVWriter: ~Copyable {
  private var file: AtomicFileWriter
  private var rows: CSVFormatter

  /// - Throws: `FileSystemError`.
  public init(_ path: String, columns: [String]) throws {
    file = try AtomicFileWriter(path)
    rows = CSVFormatter(columns: columns)
  }

  /// Appends a row with one cell for each column.
  ///
  /// - Throws: `CSVFormatter.NotFinite`, `FileSystemError`.
  public mutating func append(_ row: [CSVCell]) throws {
    try rows.append(row)
    try file.write(rows.takeBytes())
  }

  /// Brings all rows to disk and puts the file in place.
  ///
  /// - Throws: `FileSystemError`.
  public mutating func commit() throws {
    try file.write(rows.takeBytes())
    try file.commit()
  }
}
