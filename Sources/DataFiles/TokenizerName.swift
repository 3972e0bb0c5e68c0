/// The tokenizer by whose tokens a text was counted, as files of text name it.
public struct TokenizerName: Sendable, Equatable {
  /// Its file, as it was given.
  public var file: String
  /// The SHA-256 of that file, 64 hexadecimal digits.
  public var hash: String

  public init(file: String, hash: String) {
    (self.file, self.hash) = (file, hash)
  }

  /// Reads the members of an object, and no others.
  ///
  /// - Throws: `JSONError`.
  public init(_ reader: inout JSONObjectReader) throws(JSONError) {
    file = try reader.string("file")
    hash = try reader.string("sha256").lowercased()
    guard hash.utf8.count == 64, hash.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
      throw reader.invalid("sha256", "must be 64 hexadecimal digits")
    }
    try reader.finish()
  }

  /// The tokenizer that a line of a file names; nil where its member `tokenizer` is missing, or is
  /// something else, as in files of others.
  ///
  /// - Throws: `JSONError`.
  public init?(of line: inout JSONObjectReader) throws(JSONError) {
    guard let value = line.valueIfPresent("tokenizer"), value["sha256"] != nil else { return nil }
    var reader = try line.object("tokenizer")
    try self.init(&reader)
  }

  /// Writes the members into an open object.
  public func writeMembers(to json: inout JSONWriter) {
    json.member("file", file)
    json.member("sha256", hash)
  }

  /// File and first digits of the hash, for messages.
  public var short: String { "\(legible(file)), \(hash.prefix(12))" }
}
