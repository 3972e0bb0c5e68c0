import DataFiles

/// The answers to a benchmark, by method and item.
public struct BenchmarkAnswers: Sendable, Equatable {
  /// One answer.
  public struct Answer: Sendable, Equatable {
    public var id: String
    /// Who answered: `in-context`, `thinking`, a model's name.
    public var method: String
    public var text: String

    public init(id: String, method: String, text: String) {
      self.id = id
      self.method = method
      self.text = text
    }

    /// Writes the answer as one line of a file that `BenchmarkAnswers` reads.
    public var line: String {
      get throws {
        var json = JSONWriter()
        try json.object { json in
          json.member("id", id)
          json.member("method", method)
          json.member("answer", text)
        }
        return json.text
      }
    }
  }

  /// The version of the lines that the lab writes; those of others need not tell one.
  public static let formatVersion = 1

  /// The methods in the order in which they first occur.
  public private(set) var methods: [String] = []
  private var texts: [String: [String: String]] = [:]

  /// Reads answers: JSON Lines of objects with `id`, `answer` and, where there are several, `method`; or,
  /// from a file that ends in `.json`, one object from ids to answers, as ZeroSCROLLS takes them.
  ///
  /// - Throws: `FileSystemError`, `JSONError`; an item that one method answers twice is an error.
  public init(_ path: String) throws {
    if path.hasSuffix(".json"), try !JSONArrayItems.isArray(path) {
      var reader = try JSONObjectReader(JSONValue.read(path), file: path)
      for id in reader.keys {
        try take(Answer(id: id, method: "", text: try reader.string(id)), reader, key: id)
      }
      return
    }
    try JSONItems.forEach(path) { reader in
      if reader.contains("version") { try reader.version(understood: Self.formatVersion) }
      let answer = Answer(
        id: try reader.string("id"), method: try reader.string("method", default: ""),
        text: try reader.string("answer"))
      try take(answer, reader, key: "id")
    }
  }

  private mutating func take(_ answer: Answer, _ reader: JSONObjectReader, key: String) throws {
    if texts[answer.method] == nil {
      methods.append(answer.method)
      texts[answer.method] = [:]
    }
    guard texts[answer.method]?.updateValue(answer.text, forKey: answer.id) == nil else {
      throw reader.invalid(key, "\"\(answer.id)\" is answered twice by the same method")
    }
  }

  /// What a method answered to an item; nil where it did not answer.
  public func text(_ id: String, by method: String) -> String? { texts[method]?[id] }

  /// How many items a method answered.
  public func count(by method: String) -> Int { texts[method]?.count ?? 0 }

  /// The ids that a method answered and that are not among `known`, in the order of the alphabet.
  public func strangers(to known: Set<String>, by method: String) -> [String] {
    (texts[method] ?? [:]).keys.filter { !known.contains($0) }.sorted()
  }
}
