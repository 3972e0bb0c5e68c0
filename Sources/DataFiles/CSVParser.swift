/// Splits CSV text into rows of fields.
struct CSVParser {
  private let bytes: [UInt8]
  private let file: String
  private var position = 0
  private var line = 1

  init(_ bytes: [UInt8], file: String) throws(CSVError) {
    self.bytes = bytes
    self.file = file
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      let line = bytes[..<error.byteOffsets.lowerBound].count { $0 == 0x0A } + 1
      throw CSVError(file: file, line: line, problem: .notUTF8)
    }
    // Spreadsheets put a byte order mark before the text.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The next row that is not blank, or nil at the end.
  mutating func nextRow() throws(CSVError) -> (fields: [String], line: Int)? {
    while position < bytes.count, skipLineEnd() {}
    guard position < bytes.count else { return nil }
    let start = line
    var fields: [String] = []
    while true {
      fields.append(try field())
      if position == bytes.count || skipLineEnd() { return (fields, start) }
      // A field ends at the end of the text, at a line end or at a comma.
      position += 1
    }
  }

  private mutating func field() throws(CSVError) -> String {
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { return try quotedField() }
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: ","), !isLineEnd(at: position) {
      guard bytes[position] != UInt8(ascii: "\"") else { throw failure(.strayQuote, line) }
      position += 1
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func quotedField() throws(CSVError) -> String {
    let firstLine = line
    position += 1
    var chunk = position
    var text: [UInt8] = []
    while position < bytes.count {
      if bytes[position] == 0x0A { line += 1 }
      guard bytes[position] == UInt8(ascii: "\"") else {
        position += 1
        continue
      }
      text += bytes[chunk..<position]
      position += 1
      // A doubled quote stands for one quote; its second half opens the next chunk.
      if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
        chunk = position
        position += 1
        continue
      }
      guard
        position == bytes.count || bytes[position] == UInt8(ascii: ",") || isLineEnd(at: position)
      else { throw failure(.textAfterQuote, line) }
      return String(decoding: text, as: UTF8.self)
    }
    throw failure(.unterminatedQuote, firstLine)
  }

  private func isLineEnd(at offset: Int) -> Bool {
    bytes[offset] == 0x0A
      || (bytes[offset] == 0x0D && (offset + 1 == bytes.count || bytes[offset + 1] == 0x0A))
  }

  private mutating func skipLineEnd() -> Bool {
    guard isLineEnd(at: position) else { return false }
    position += bytes[position] == 0x0D ? 2 : 1
    position = min(position, bytes.count)
    line += 1
    return true
  }

  private func failure(_ problem: CSVError.Problem, _ line: Int) -> CSVError {
    CSVError(file: file, line: line, problem: problem)
  }
}
