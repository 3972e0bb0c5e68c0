import DataFiles
import Experiments
import Prompts
import Runs
import TestTimeCompute

/// Everything that decides the records of a benchmark's run.
struct BenchmarkIdentity {
  private let model: [HashedFile]
  private let data: [HashedFile]
  private let text: String

  init(
    model: [HashedFile], tokenizer: HashedFile, text textModel: TextModel,
    questions: BenchmarkFiles, settings: TextSettings,
    given: [String: JSONValue], answerTokens: Int?, contextTokens: Int?,
    skipsTooLong: Bool,
    weights: String?
  ) throws {
    self.model = model + [tokenizer]
    data = try questions.files.map { try HashedFile($0.path) }
    var json = JSONWriter()
    try json.object { json in
      json.member("benchmark", questions.benchmark.rawValue)
      json.member("chat_template", textModel.template.name)
      let (direct, thinking) = (textModel.template.frame(thinks: false), textModel.template.frame())
      json.member(
        "frames", strings: [direct.before, direct.after, thinking.before, thinking.after])
      json.member("end_tokens", integers: textModel.turnEnds.sorted().map(Int.init))
      json.member("methods", strings: settings.methods.map(\.name))
      json.optional("limit", questions.limit)
      json.optional("context_tokens", contextTokens)
      json.optional("answer_tokens", answerTokens)
      // Told only where it is so: folders of runs before it was there are still theirs.
      if skipsTooLong { json.member("skip_too_long", true) }
      json.member("steps", settings.training.steps)
      json.member("span_length", settings.training.spanLength)
      if case .adamW(let adamW) = settings.training.training.optimizer {
        try json.member("learning_rate", adamW.learningRate)
        try json.member("weight_decay", adamW.weightDecay)
      }
      try json.optional("clip", settings.training.training.clip)
      json.member("span_kv", settings.training.keyValues.rawValue)
      try json.member("temperature", given["temperature"]?.double ?? 0)
      json.member("kv_precision", settings.precision.rawValue)
      json.member("weights", weights ?? "as in the files")
      json.member("seed", settings.seed)
      // Settings that came later are told only where they are given, for the same reason.
      for (name, value) in given.sorted(by: { $0.key < $1.key }) where !Self.first.contains(name) {
        try json.member(name, value)
      }
    }
    text = json.text
  }

  /// The settings of methods that were there from the first.
  private static let first: Set = [
    "span_length", "learning_rate", "weight_decay", "clip", "span_kv", "temperature",
  ]

  /// 64 hexadecimal digits: two runs of one hash have the same records.
  var hash: String { RunProvenance.hash(of: text, files: model + data) }

  /// What `benchmark.json` tells.
  ///
  /// - Parameter found: what a look at all questions found.
  func provenance(_ found: BenchmarkAsking.Found) -> RunProvenance {
    RunProvenance(
      .benchmark, version: BenchmarkProvenance.formatVersion, schemas: BenchmarkFolder.schemas,
      planHash: hash, author: .ofThisProcess(), files: [("model", model), ("data", data)]
    ) { [rows = found.rows, text] json in
      json.array("questions") { json in for row in rows { row.write(to: &json) } }
      try json.member("settings", JSONValue.parse(text))
    }
  }
}
