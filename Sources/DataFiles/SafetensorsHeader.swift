/// The header of a safetensors file: which tensor lies where.
///
/// Layout: 8 bytes with the header's length N (little-endian), N bytes of JSON, then the data.
struct SafetensorsHeader {
  /// The format's own bound on N.
  static let maximumBytes = 100_000_000

  var entries: [SafetensorsFile.Entry] = []
  var metadata: [(key: String, value: String)] = []
  /// Where the data starts in the file.
  var dataStart = 0

  /// Reads and checks everything: after this, every entry's bytes lie in the file, have exactly the
  /// length of shape times type, and belong to no other entry.
  ///
  /// - Throws: `SafetensorsError`.
  init(_ bytes: UnsafeRawBufferPointer, file: String) throws {
    func failure(_ problem: SafetensorsError.Problem) -> SafetensorsError {
      SafetensorsError(file: file, problem: problem)
    }
    guard bytes.count >= 8 else { throw failure(.tooShort(bytes: bytes.count)) }
    let claimed = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard claimed <= UInt64(bytes.count - 8) else {
      throw failure(.headerTooLong(claimed: claimed, available: bytes.count - 8))
    }
    guard claimed <= UInt64(Self.maximumBytes) else {
      throw failure(.headerAboveLimit(claimed: claimed, limit: Self.maximumBytes))
    }
    dataStart = 8 + Int(claimed)
    let available = bytes.count - dataStart
    do {
      let text = try JSONValue.parse([UInt8](bytes[8..<dataStart]), file: file)
      var root = try JSONObjectReader(text, file: file)
      for name in root.keys {
        var member = try root.object(name)
        if name == "__metadata__" {
          for key in member.keys { metadata.append((key, try member.string(key))) }
        } else {
          entries.append(try Self.entry(name, &member, available: available))
        }
      }
    } catch let error as JSONError {
      throw failure(.malformedHeader(error.problem))
    }
    try checkLayout(available: available, file: file)
  }

  private static func entry(
    _ name: String, _ member: inout JSONObjectReader, available: Int
  ) throws -> SafetensorsFile.Entry {
    let file = member.file
    func failure(_ problem: SafetensorsError.Problem) -> SafetensorsError {
      SafetensorsError(file: file, problem: problem)
    }
    let typeName = try member.string("dtype")
    guard let type = TensorType(rawValue: typeName) else {
      throw failure(.unknownType(tensor: name, type: typeName))
    }
    guard let shape = try member.value("shape").ints, shape.allSatisfy({ $0 >= 0 }) else {
      throw failure(.malformedShape(tensor: name))
    }
    guard let offsets = try member.value("data_offsets").ints, offsets.count == 2,
      0 <= offsets[0], offsets[0] <= offsets[1]
    else { throw failure(.malformedOffsets(tensor: name)) }
    try member.finish()
    guard let needed = byteCount(shape, type) else { throw failure(.tooManyElements(tensor: name)) }
    guard offsets[1] <= available else {
      throw failure(.offsetsOutsideFile(tensor: name, end: offsets[1], available: available))
    }
    let offered = offsets[1] - offsets[0]
    guard offered == needed else {
      throw failure(.sizeMismatch(tensor: name, offered: offered, needed: needed))
    }
    return SafetensorsFile.Entry(
      name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
  }

  /// Bytes of a tensor; nil when they overflow. A zero in the shape does not excuse the other sizes.
  static func byteCount(_ shape: [Int], _ type: TensorType) -> Int? {
    var nonZero = type.size
    for extent in shape where extent > 0 {
      let (product, overflow) = nonZero.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      nonZero = product
    }
    return shape.contains(0) ? 0 : nonZero
  }

  /// The format wants the data covered without holes, which leaves no room for hidden bytes.
  private func checkLayout(available: Int, file: String) throws(SafetensorsError) {
    var end = 0
    var last = ""
    let inOrder = entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    for entry in inOrder {
      if entry.range.lowerBound < end {
        throw SafetensorsError(file: file, problem: .overlap(tensor: entry.name, other: last))
      }
      if entry.range.lowerBound > end {
        let bytes = entry.range.lowerBound - end
        throw SafetensorsError(file: file, problem: .hole(before: entry.name, bytes: bytes))
      }
      end = entry.range.upperBound
      last = entry.name
    }
    guard end == available else {
      throw SafetensorsError(file: file, problem: .hole(before: nil, bytes: available - end))
    }
  }
}
