import DataFiles
import Runs
import SandboxTasks

/// What the results of a theory run are the results of.
public struct TheoryProvenance: Sendable {
  /// Who computed them, and where.
  public var provenance: Provenance
  /// The checkpoint's files.
  public var model: [HashedFile]
  /// The tasks files.
  public var tasks: [HashedFile]
  /// What was measured.
  public var settings: TheorySettings

  /// The version of the format.
  public static let formatVersion = 1

  /// The provenance of a run.
  public init(
    _ provenance: Provenance, model: [HashedFile], tasks: [HashedFile], settings: TheorySettings
  ) {
    self.provenance = provenance
    self.model = model
    self.tasks = tasks
    self.settings = settings
  }

  /// As indented JSON, with what was counted.
  func json(_ summaries: [TheorySummary]) throws -> String {
    var json = JSONWriter(indentation: 2)
    try json.object { json in
      json.member("format", "theory")
      json.member("format_version", Self.formatVersion)
      json.member(schemas: [
        TheoryFiles.requirementSchema, TheoryFiles.signalSchema, TheoryFiles.gainSchema,
      ])
      try provenance.writeMembers(to: &json)
      json.array("model") { json in for file in model { file.write(to: &json) } }
      json.array("tasks") { json in for file in tasks { file.write(to: &json) } }
      try json.object("settings") { try settings.writeMembers(to: &$0) }
      json.array("cells") { json in for summary in summaries { summary.write(to: &json) } }
      json.member("violations", summaries.reduce(0) { $0 + $1.violations })
    }
    return json.text + "\n"
  }
}

extension TheorySettings {
  fileprivate func writeMembers(to json: inout JSONWriter) throws {
    try json.member("slacks", doubles: slacks)
    try json.member("shortfalls", doubles: shortfalls.sorted())
    try json.member("learning_rates", doubles: learningRates)
    json.optional("thinking_tokens", thinkingTokens)
    json.member("rotary", options.rotary)
  }
}

extension TheorySummary {
  fileprivate func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("file", file)
      json.member("task", task.rawValue)
      json.member("length", length)
      json.member("layer", site.layer)
      json.member("head", site.head)
      json.member("instances", instances)
      json.object("violations") { json in
        json.member("lemma_2_2", bound.violations)
        json.member("lemma_2_3", guaranteeViolations)
        json.member("proposition_2_4", signal.violations)
        json.member("proposition_3_1", gradient.violations)
      }
    }
  }
}
