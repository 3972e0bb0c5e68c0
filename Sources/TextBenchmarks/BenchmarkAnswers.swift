import DataFiles

/// The answers to a benchmark, by method and item.
public struct BenchmarkAnswers: Sendable, Equatable {
  /// One answer.
  public struct Answer: Sendable, Equatable {
    public var id: String
    /// Who answered: `in-context`, `thinking`, a model's name.
    public var method: String
    public var text: String
    /// The file whose item is answered; empty where the answers are all to one, or ids say it.
    public var file: String

    public init(id: String, method: String, text: String, file: String = "") {
      self.id = id
      self.method = method
      self.text = text
      self.file = file
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

  /// The version of the lines that the lab writes; those of others need not give one.
  public static let formatVersion = 1

  /// The methods in the order in which they first occur.
  public private(set) var methods: [String] = []
  private var texts: [String: [Name: String]] = [:]

  /// An item.
  private struct Name: Hashable {
    var file: String
    var id: String
  }

  /// Reads answers: JSON Lines of objects with `id`, `answer` and, where there are several, `method`; or,
  /// from a file that ends in `.json`, one object from ids to answers, as ZeroSCROLLS takes them.
  ///
  /// RULER's names for the first two, `index` (a number) and `pred`, do as well.
  ///
  /// - Parameter files: the files that were answered, where there are several: a line's `file` must be
  ///   one of them.
  /// - Throws: `FileSystemError`, `JSONError`; an item that one method answers twice is an error.
  public init(_ path: String, to files: [String] = []) throws {
    if path.hasSuffix(".json"), try !JSONArrayItems.isArray(path) {
      var reader = try JSONObjectReader(JSONValue.read(path), file: path)
      for id in reader.keys {
        try take(Answer(id: id, method: "", text: try reader.string(id)), reader, key: id)
      }
      return
    }
    try JSONItems.forEach(path) { reader in
      if reader.contains("version") { try reader.version(understood: Self.formatVersion) }
      let isNumbered = reader.contains("index") && !reader.contains("id")
      let id = isNumbered ? "\(try reader.int("index", in: 0 ... .max))" : try reader.string("id")
      let isPrediction = reader.contains("pred") && !reader.contains("answer")
      var answer = Answer(
        id: id, method: try reader.string("method", default: ""),
        text: try reader.string(isPrediction ? "pred" : "answer"))
      if files.count > 1, reader.contains("file") {
        answer.file = try reader.string("file")
        guard files.contains(answer.file) else {
          throw reader.invalid("file", "is none of those that were answered")
        }
      }
      try take(answer, reader, key: isNumbered ? "index" : "id")
    }
  }

  private mutating func take(_ answer: Answer, _ reader: JSONObjectReader, key: String) throws {
    if texts[answer.method] == nil {
      methods.append(answer.method)
      texts[answer.method] = [:]
    }
    let name = Name(file: answer.file, id: answer.id)
    guard texts[answer.method]?.updateValue(answer.text, forKey: name) == nil else {
      throw reader.invalid(key, "\"\(answer.id)\" is answered twice by the same method")
    }
  }

  /// What a method answered to an item of a file; nil where it did not answer.
  public func text(_ id: String, of file: String, by method: String) -> String? {
    texts[method]?[Name(file: file, id: id)] ?? texts[method]?[Name(file: "", id: id)]
  }

  /// Answers that belong to no item, or to several.
  public enum Misfit: Error, Equatable {
    /// No file has an item of this id.
    case unknown(id: String)
    /// Items of two files have this id, and the answer does not say which is meant.
    case ambiguous(id: String, files: [String])
    /// One method answers an item with its file's name and without.
    case twice(id: String, file: String)
  }

  /// Checks that each answer belongs to one item, and to another one than all others of its method.
  ///
  /// - Parameter files: the files that were answered, each with the ids of its items.
  /// - Throws: `Misfit`, of the first id in the order of the alphabet.
  public func check(against files: [(path: String, ids: Set<String>)]) throws(Misfit) {
    for method in methods {
      let names = (texts[method] ?? [:]).keys.sorted { ($0.id, $0.file) < ($1.id, $1.file) }
      var answered: Set<Name> = []
      for name in names {
        let holders = files.filter {
          (name.file.isEmpty || name.file == $0.path) && $0.ids.contains(name.id)
        }
        if holders.isEmpty { throw .unknown(id: name.id) }
        guard holders.count == 1 else {
          throw .ambiguous(id: name.id, files: holders.map(\.path))
        }
        let item = Name(file: holders[0].path, id: name.id)
        guard answered.insert(item).inserted else { throw .twice(id: item.id, file: item.file) }
      }
    }
  }
}
