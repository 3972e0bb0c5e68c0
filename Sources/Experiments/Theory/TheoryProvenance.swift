import DataFiles
import Runs
import SandboxTasks

extension TheoryRun {
  /// What the results of the run are the results of.
  ///
  /// - Parameter weights: how weights are stored; nil for as they are in the files.
  func provenance(
    _ author: Provenance, model: [HashedFile], tasks: [HashedFile], weights: String?
  ) throws -> RunProvenance {
    var plan = JSONWriter()
    try plan.object { json in
      try settings.writeMembers(to: &json)
      if let site { json.member("site", integers: [site.layer, site.head]) }
      json.member("weights", weights ?? "as in the files")
      json.member("items", ProbeItem.hash(of: items))
    }
    return RunProvenance(
      .theory,
      schemas: [TheoryFiles.requirementSchema, TheoryFiles.signalSchema, TheoryFiles.gainSchema],
      planHash: RunProvenance.hash(of: plan.text, files: model + tasks), author: author,
      files: [("model", model), ("tasks", tasks)]
    ) { [settings] json in
      try json.object("settings") { try settings.writeMembers(to: &$0) }
    }
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
  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("file", file)
      json.member("task", task)
      json.member("length", length)
      json.member("layer", layer)
      json.member("head", head)
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
