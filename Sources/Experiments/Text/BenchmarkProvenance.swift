import DataFiles
import TestTimeCompute
import TextBenchmarks

/// What `benchmark.json` tells of a run: whose records stand beside it, and how many there are to be.
public struct BenchmarkProvenance: Sendable, Equatable {
  /// The questions of a category, subset or task.
  public struct Row: Sendable, Equatable {
    public var name: String
    public var asked: Int
    /// Left out because they are too long.
    public var skipped: Int

    public init(_ name: String, asked: Int = 0, skipped: Int = 0) {
      (self.name, self.asked, self.skipped) = (name, asked, skipped)
    }

    /// Writes the row as one object.
    public func write(to json: inout JSONWriter) {
      json.object { json in
        json.member("row", name)
        json.member("asked", asked)
        json.member("skipped", skipped)
      }
    }
  }

  /// Two runs of one hash have the same records.
  public let planHash: String
  public let benchmark: Benchmark
  public let methods: [String]
  /// The words of the command line; empty where they are not told.
  public let command: [String]
  /// Nil where an earlier version of the program wrote the file.
  public let rows: [Row]?

  /// The version of the file and of the records beside it.
  public static let formatVersion = 1

  /// Reads the file.
  ///
  /// - Throws: `FileSystemError`, `JSONError`.
  public init(_ path: String) throws {
    var reader = try JSONObjectReader(JSONValue.read(path), file: path)
    try reader.version("format_version", understood: Self.formatVersion)
    planHash = try reader.string("plan_sha256")
    command = try reader.strings("command", default: [])
    var settings = try reader.object("settings")
    benchmark = try settings.choice("benchmark")
    methods = try settings.strings("methods", oneOf: MethodCatalog.names)
    guard reader.contains("questions") else {
      rows = nil
      return
    }
    var rows: [Row] = []
    for var row in try reader.objects("questions") {
      rows.append(
        Row(
          try row.string("row"), asked: try row.int("asked", in: 0...1 << 40),
          skipped: try row.int("skipped", in: 0...1 << 40)))
    }
    self.rows = rows
  }
}
