import DataFiles
import Experiments
import Prompts
import Runs
import TextBenchmarks

/// What answers are the answers of.
struct ThinkProvenance {
  var provenance: Provenance
  var model: [HashedFile]
  var tasks: [HashedFile]
  /// The tokenizer, the form of prompts, and what ends an answer.
  var text: TextModel
}

/// The files of `think`, which appear together when it is complete.
final class ThinkFiles {
  private let folder: String
  private var records: JSONLinesWriter
  private var table: CSVWriter
  private var answers: [TextAnswer] = []

  private static let names = ["answers.jsonl", "answers.csv", "think.json"]
  private static let schema = TableSchema("answers.csv", toldBy: "think.json")
  private static let columns = [
    "file", "index", "method", "length", "budget", "score", "correct", "answer_probability",
    "generated_tokens", "flops", "prefill_flops", "prefill_seconds", "adapt_seconds",
    "think_seconds", "answer_seconds", "diverged", "diverged_at",
  ]

  init(_ folder: String, replaces: Bool) throws {
    self.folder = folder
    try FileSystem.createDirectory(folder)
    func path(_ name: String) -> String {
      folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }
    if !replaces, let name = Self.names.first(where: { FileSystem.exists(path($0)) }) {
      throw FolderHasResults(folder: folder, name: name)
    }
    records = try JSONLinesWriter(path("answers.jsonl"))
    table = try CSVWriter(path("answers.csv"), columns: Self.columns)
  }

  func append(_ answers: [TextAnswer]) throws {
    for answer in answers {
      let outcome = answer.outcome
      let isWhole = !outcome.hasDiverged
      try records.append { json in
        try json.object { json in
          json.member("version", BenchmarkAnswers.formatVersion)
          json.member("id", "\(answer.prompt.index)")
          json.member("method", answer.method)
          json.member("answer", answer.text)
          json.member("file", answer.file)
          json.member("outputs", strings: answer.prompt.outputs)
          try json.optional("score", isWhole ? answer.score : nil)
          json.member("thought", answer.thought)
          json.member("budget", answer.budget)
          try json.optional("answer_probability", isWhole ? outcome.probability : nil)
          json.member("diverged", outcome.hasDiverged)
          if let divergence = outcome.divergence {
            json.member("diverged_at", divergence.description)
          }
        }
      }
      let seconds = outcome.seconds
      try table.append([
        .text(answer.file), .integer(answer.prompt.index), .text(answer.method),
        .integer(answer.length), .integer(answer.budget),
        isWhole ? .number(answer.score) : .missing,
        isWhole ? .integer(answer.score == 1 ? 1 : 0) : .missing,
        isWhole ? .number(outcome.probability) : .missing,
        .integer(outcome.generatedTokens), .number(Double(outcome.spentFLOPs)),
        .number(Double(outcome.prefillFLOPs)), .number(seconds.prefill), .number(seconds.adapt),
        .number(seconds.think), .number(seconds.answer), .integer(isWhole ? 0 : 1),
        outcome.divergence.map { .text($0.description) } ?? .missing,
      ])
    }
    self.answers += answers
  }

  /// Puts all files in place, and returns all answers.
  func finish(_ provenance: ThinkProvenance) throws -> [TextAnswer] {
    try records.commit()
    try table.commit()
    var json = JSONWriter(indentation: 2)
    try json.object { json in
      json.member("format", "think")
      json.member("format_version", 1)
      json.member(schemas: [Self.schema])
      try provenance.provenance.writeMembers(to: &json)
      json.array("model") { json in for file in provenance.model { file.write(to: &json) } }
      json.array("tasks") { json in for file in provenance.tasks { file.write(to: &json) } }
      json.member("chat_template", provenance.text.template.name)
      json.member("end_tokens", integers: provenance.text.turnEnds.sorted().map(Int.init))
    }
    let name = folder.hasSuffix("/") ? folder + "think.json" : folder + "/think.json"
    try AtomicFile.write(json.text + "\n", to: name)
    return answers
  }
}
