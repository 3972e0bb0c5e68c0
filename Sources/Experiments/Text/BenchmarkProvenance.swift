import DataFiles
import Prompts
import Runs
import TestTimeCompute
import TextBenchmarks

/// What `benchmark.json` says of a run: whose records stand beside it, and how many there are to be.
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

  public let benchmark: Benchmark
  public let methods: [String]
  /// The words of the command line; empty where they are not known.
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

/// Everything that decides the records of a benchmark's run.
public struct BenchmarkIdentity {
  private let model: [HashedFile]
  private let data: [HashedFile]
  private let plan: String

  /// - Parameters:
  ///   - model: the files of the checkpoint, and its tokenizer.
  ///   - given: the settings of methods that were asked for.
  ///   - weights: how weights are stored; nil for as they are in the files.
  /// - Throws: `FileSystemError`.
  public init(
    _ asking: BenchmarkAsking, model: [HashedFile], given: [String: JSONValue], weights: String?
  ) throws {
    self.model = model
    data = try asking.questions.files.map { try HashedFile($0.path) }
    let (run, questions) = (asking.run, asking.questions)
    let (template, settings) = (run.text.template, run.settings)
    let (direct, thinking) = (template.frame(thinks: false), template.frame())
    var json = JSONWriter()
    try json.object { json in
      json.member("benchmark", questions.benchmark.rawValue)
      json.member("chat_template", template.name)
      json.member(
        "frames", strings: [direct.before, direct.after, thinking.before, thinking.after])
      json.member("end_tokens", int32s: run.text.turnEnds.sorted())
      json.member("methods", strings: settings.methods.map(\.name))
      json.optional("limit", questions.limit)
      json.optional("context_tokens", run.contextTokens)
      json.optional("answer_tokens", run.answerTokens)
      // Only where it is so: folders of runs before it was there are still theirs.
      if asking.skipsTooLong { json.member("skip_too_long", true) }
      try settings.writeTraining(to: &json)
      try json.member("temperature", given["temperature"]?.double ?? 0)
      json.member("kv_precision", settings.precision.rawValue)
      json.member("weights", weights ?? "as in the files")
      json.member("seed", settings.seed)
      // Settings that came later are written only where they are given, for the same reason.
      for (name, value) in given.sorted(by: { $0.key < $1.key }) where !Self.first.contains(name) {
        try json.member(name, value)
      }
    }
    plan = json.text
  }

  /// The settings of methods that were there from the first.
  private static let first: Set = [
    "span_length", "learning_rate", "weight_decay", "clip", "span_kv", "temperature",
  ]

  /// 64 hexadecimal digits: two runs of one hash have the same records.
  var hash: String { RunProvenance.hash(of: plan, files: model + data) }

  /// The content of `benchmark.json`.
  ///
  /// - Parameter rows: the questions that are asked and left out.
  func provenance(_ rows: [BenchmarkProvenance.Row], _ author: Provenance) -> RunProvenance {
    RunProvenance(
      .benchmark, version: BenchmarkProvenance.formatVersion,
      schemas: [
        BenchmarkTable.schema, BenchmarkTable.answersSchema, BenchmarkTable.skippedSchema,
      ], planHash: hash, author: author, files: [("model", model), ("data", data)]
    ) { [plan] json in
      json.array("questions") { json in for row in rows { row.write(to: &json) } }
      try json.member("settings", JSONValue.parse(plan))
    }
  }
}
