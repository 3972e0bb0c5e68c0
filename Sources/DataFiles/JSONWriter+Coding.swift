import Foundation

/// Values that write and read themselves by Swift's own coding: for what only this program reads again.
extension JSONWriter {
  /// Appends a value; numbers read back equal, and those that JSON cannot hold are texts.
  ///
  /// - Throws: `EncodingError`.
  public mutating func append(coded value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let text = try encoder.encode(value)
    beginValue()
    appendRaw { $0.append(contentsOf: text) }
  }
}

extension JSONValue {
  /// Reads what `append(coded:)` wrote.
  ///
  /// - Parameter file: what errors call the file.
  /// - Throws: `JSONError` where the value is of another form.
  public func decoded<Value: Decodable>(as type: Value.Type, file: String) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return try decoder.decode(type, from: Data(text().utf8))
    } catch {
      throw JSONError(
        file: file, location: location,
        problem: .mismatch(path: "the line", wanted: "a record of this program's", found: kind))
    }
  }
}
