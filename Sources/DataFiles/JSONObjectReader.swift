/// Reads the members of a JSON object by name and type, strictly.
///
/// Every mistake ends in one sentence that names file, line, column and member. `finish` rejects
/// members that nobody asked for, so that a misspelt setting is an error and not a silent default:
/// ```
/// var recipe = try JSONObjectReader(JSONValue.read(path), file: path)
/// let steps = try recipe.int("steps", default: 32, in: 1...100_000)
/// try recipe.finish()
/// ```
public struct JSONObjectReader: Sendable {
  /// What errors call the file.
  public let file: String
  /// The object's place in its document, as in `model.layers[2]`; empty for the document itself.
  public let path: String
  /// Where the object starts.
  public let location: TextLocation
  /// All keys, in the file's order.
  public var keys: [String] { members.map(\.key) }

  private let members: [JSONMember]
  private let index: [String: Int]
  private var asked: [String] = []
  private var isAsked: Set<String> = []

  /// - Throws: `JSONError` when the value is no object.
  public init(_ value: JSONValue, file: String, path: String = "") throws(JSONError) {
    guard let members = value.members else {
      let name = path.isEmpty ? "the text" : path
      throw JSONError(
        file: file, location: value.location,
        problem: .mismatch(path: name, wanted: "an object", found: value.kind))
    }
    self.file = file
    self.path = path
    self.members = members
    location = value.location
    index = Dictionary(
      members.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether the member is there; does not count as reading it.
  public func contains(_ key: String) -> Bool { index[key] != nil }

  /// The value of a member, whatever it is; nil when it is missing.
  public mutating func valueIfPresent(_ key: String) -> JSONValue? {
    if isAsked.insert(key).inserted { asked.append(key) }
    return index[key].map { members[$0].value }
  }

  /// The value of a required member, whatever it is.
  ///
  /// - Throws: `JSONError` when it is missing.
  public mutating func value(_ key: String) throws(JSONError) -> JSONValue {
    if let value = valueIfPresent(key) { return value }
    // Nothing has asked for it yet, so that it may well be this one with a slip.
    let unknown = members.filter { !isAsked.contains($0.key) }
    let similar = suggestion(for: key, among: unknown.map(\.key))
    throw JSONError(
      file: file,
      location: unknown.first { $0.key == similar }?.keyLocation ?? location,
      problem: .missingKey(path: memberPath(key), similar: similar))
  }

  /// Reads an optional member with any of the other methods; nil when it is missing or null.
  ///
  /// As in `try reader.ifPresent("limit") { try $0.int($1, in: 1...9) }`.
  public mutating func ifPresent<T>(
    _ key: String, _ read: (inout JSONObjectReader, String) throws -> T
  ) rethrows -> T? {
    guard let value = valueIfPresent(key), !value.isNull else { return nil }
    return try read(&self, key)
  }

  /// Rejects members that were never asked for.
  ///
  /// - Throws: `JSONError` at the first such key, with the key that it was probably meant to be.
  public func finish() throws(JSONError) {
    for member in members where !isAsked.contains(member.key) {
      let open = asked.filter { !contains($0) }
      throw JSONError(
        file: file, location: member.keyLocation,
        problem: .unknownKey(
          path: memberPath(member.key),
          suggestion: suggestion(for: member.key, among: open)
            ?? suggestion(for: member.key, among: asked), known: asked))
    }
  }

  /// The error that a member is unacceptable for a reason of the caller's own, which continues the
  /// sentence: "must be a multiple of span_length".
  public func invalid(_ key: String, _ reason: String) -> JSONError {
    let place = index[key].map { members[$0].value.location } ?? location
    return JSONError(
      file: file, location: place, problem: .invalid(path: memberPath(key), reason: reason))
  }

  /// The error that a value found in this object is of the wrong kind or size.
  func mismatch(
    _ path: String, _ value: JSONValue, wanted: String
  ) -> JSONError {
    JSONError(
      file: file, location: value.location,
      problem: .mismatch(path: path, wanted: wanted, found: value.shown))
  }

  /// A member's place in the document. Keys that are no plain names are quoted.
  func memberPath(_ key: String) -> String {
    let isPlain =
      !key.isEmpty && key.utf8.count <= 60
      && key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
    let name = isPlain ? key : quoted(key)
    return path.isEmpty ? name : "\(path).\(name)"
  }
}

extension JSONValue {
  /// The value itself where it is short, else its kind.
  var shown: String {
    switch content {
    case .bool(let bool): "\(bool)"
    case .integer(let int): "\(int)"
    case .unsigned(let unsigned): "\(unsigned)"
    case .double(let double): "\(double)"
    case .string(let string): "the string \(quoted(string))"
    default: kind
    }
  }
}
