import DataFiles

/// An input of ZeroSCROLLS (Shaham et al., 2023), as its JSON Lines files hold it.
public struct ZeroScrollsItem: Sendable, Equatable {
  public let id: String
  /// The line of the file on which it begins, counted from 1; the first where several share an id.
  public let line: Int
  /// Instruction, document and question, in the benchmark's own words.
  public let input: String
  /// Right answers; inputs of one id share theirs. None in the test split.
  public internal(set) var outputs: [String]
  /// Where the document stands in `input`, in code points.
  public let document: Range<Int>
  /// Where the question stands in `input`, in code points; empty where there is none.
  public let query: Range<Int>
  /// What stands for the part of a document that was left out.
  public let truncationSeparator: String

  init(_ reader: inout JSONObjectReader) throws(JSONError) {
    id = try reader.string("id")
    line = reader.location.line
    input = try reader.string("input")
    let length = input.unicodeScalars.count
    if reader.valueIfPresent("output")?.elements != nil {
      outputs = try reader.strings("output")
    } else {
      let output = reader.valueIfPresent("output")
      outputs = output == nil || output?.isNull == true ? [] : [try reader.string("output")]
    }
    document = try Self.range("document", &reader, length)
    query = try Self.range("query", &reader, length)
    // The misspelling is the benchmark's.
    truncationSeparator = try reader.string("truncation_seperator", default: "")
  }

  private static func range(
    _ name: String, _ reader: inout JSONObjectReader, _ length: Int
  ) throws(JSONError) -> Range<Int> {
    let start = try reader.int("\(name)_start_index", in: 0...length)
    let end = try reader.int("\(name)_end_index", in: 0...length)
    guard start <= end else {
      throw reader.invalid("\(name)_end_index", "must not be less than \(name)_start_index")
    }
    return start..<end
  }

  /// All items of a file, those of one id as one with several right answers.
  ///
  /// - Throws: `FileSystemError`, `JSONError`.
  public static func read(_ path: String) throws -> [ZeroScrollsItem] {
    var items: [ZeroScrollsItem] = []
    var places: [String: Int] = [:]
    try JSONItems.forEach(path) { reader in
      let item = try ZeroScrollsItem(&reader)
      if let place = places[item.id] {
        items[place].outputs += item.outputs
      } else {
        places[item.id] = items.count
        items.append(item)
      }
    }
    return items
  }
}
