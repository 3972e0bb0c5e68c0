import DataFiles

/// What a spec's file asks for: one sweep, or several parts, each a sweep with a name.
///
/// A part has all keys of a sweep; those that it leaves out are taken from beside `parts`.
public struct SweepStudy: Sendable {
  /// In the order of the file.
  public let specs: [SweepSpec]

  /// Whether the sweeps have names, and folders of their own under them.
  public var hasParts: Bool { specs.contains { $0.part != nil } }

  /// Reads a study.
  ///
  /// - Throws: `FileSystemError`, `JSONError`.
  public static func read(_ path: String) throws -> SweepStudy {
    let bytes = try FileSystem.read(path, maximumBytes: 1 << 20)
    // Also finds bytes that are no text, which the string below would hide.
    _ = try JSONValue.parse(bytes, file: path)
    return try SweepStudy(String(decoding: bytes, as: UTF8.self), file: path)
  }

  /// Reads a study from JSON5 text.
  ///
  /// - Parameter file: what errors call the text.
  /// - Throws: `JSONError` at the first mistake; a key that is not known is one.
  public init(_ text: String, file: String) throws(JSONError) {
    let root = try JSONValue.parse(text, file: file)
    var reader = try JSONObjectReader(root, file: file)
    guard reader.contains("parts") else {
      specs = [try SweepSpec(text, file: file)]
      return
    }
    for key in SweepSpec.keys { _ = reader.valueIfPresent(key) }
    var specs: [SweepSpec] = []
    for part in try reader.objects("parts") {
      let spec = try Self.part(part, sharing: root, text: text)
      guard !specs.contains(where: { $0.part == spec.part }) else {
        throw part.invalid("name", "is the name of an earlier part; give each a name of its own")
      }
      specs.append(spec)
    }
    guard !specs.isEmpty else { throw reader.invalid("parts", "must name at least one") }
    try reader.finish()
    self.specs = specs
  }

  private static func part(
    _ part: JSONObjectReader, sharing root: JSONValue, text: String
  ) throws(JSONError) -> SweepSpec {
    var part = part
    let name = try part.string("name")
    guard Self.isFolderName(name) else {
      throw part.invalid(
        "name", "names a folder: it must consist of letters, digits, '-' and '_'")
    }
    var members: [JSONMember] = []
    for key in SweepSpec.keys {
      if let value = part.valueIfPresent(key) ?? root[key] {
        members.append(JSONMember(key, value))
      }
    }
    try part.finish()
    var whole = try JSONObjectReader(
      JSONValue(.object(members), at: part.location), file: part.file, path: part.path)
    return try SweepSpec(&whole, part: name, text: text)
  }

  /// Whether a part of this name can have a folder of its own.
  static func isFolderName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 100
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
