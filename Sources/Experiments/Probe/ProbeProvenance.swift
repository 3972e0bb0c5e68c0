import DataFiles
import Runs
import SandboxTasks

extension ProbeRun {
  /// What the results of the run are the results of.
  ///
  /// - Parameters:
  ///   - chatTemplate: the form in which texts were read; nil where none were.
  ///   - weights: how weights are stored; nil for as they are in the files.
  func provenance(
    _ author: Provenance, model: [HashedFile], tasks: [HashedFile], chatTemplate: String?,
    weights: String?
  ) throws -> RunProvenance {
    var plan = JSONWriter()
    try plan.object { json in
      try settings.writeMembers(to: &json)
      json.member("profiled", integers: settings.profiled.sorted())
      json.member("weights", weights ?? "as in the files")
      json.member("items", ProbeItem.hash(of: items))
    }
    return RunProvenance(
      .probe, version: ProbeRecord.formatVersion,
      schemas: [ProbeFiles.schema, ProbeFiles.headSchema, ProbeFiles.profileSchema],
      planHash: RunProvenance.hash(of: plan.text, files: model + tasks), author: author,
      files: [("model", model), ("tasks", tasks)]
    ) { [settings] json in
      if let chatTemplate { json.member("chat_template", chatTemplate) }
      try json.object("settings") { try settings.writeMembers(to: &$0) }
    }
  }
}

extension ProbeItem {
  /// 64 hexadecimal digits that tell instances, read in whatever tokens, from others.
  static func hash(of items: [ProbeItem]) -> String {
    var hash = SHA256()
    for item in items {
      let instance = item.instance
      for tokens in [instance.context, instance.directPrompt, instance.answer] {
        tokens.withUnsafeBytes { hash.update($0) }
        hash.update([0xFF] as [UInt8])
      }
    }
    return hash.hex
  }
}

extension JSONWriter {
  mutating func member(heads: [TaskFamily: RetrievalSite], named name: String) {
    object(name) { json in
      for task in TaskFamily.allCases {
        guard let site = heads[task] else { continue }
        json.object(task.rawValue) { json in
          json.member("layer", site.layer)
          json.member("head", site.head)
        }
      }
    }
  }
}

extension ProbeSettings {
  fileprivate func writeMembers(to json: inout JSONWriter) throws {
    json.member("seed", seed)
    json.member("rotary", options.rotary)
    json.member("kv_precision", keyValuePrecision.rawValue)
    // Left out where none is asked for, so that earlier probes keep their identity.
    if !instruments.isEmpty { json.member("instruments", strings: instruments) }
    json.key("adaptation")
    guard let adaptation else { return json.appendNull() }
    try json.object { json in
      json.member("method", "qttt")
      json.member("steps", adaptation.steps)
      json.member("span_length", adaptation.spanLength)
      json.member("span_policy", "uniform")
      json.member("span_kv", adaptation.step.spanKeyValues.rawValue)
      json.member("measured_every", adaptation.interval)
      json.member("optimizer", "adamw")
      try json.member("learning_rate", adaptation.step.optimizer.learningRate)
      try json.member("weight_decay", adaptation.step.optimizer.weightDecay)
      try json.member("beta1", adaptation.step.optimizer.beta1)
      try json.member("beta2", adaptation.step.optimizer.beta2)
      try json.member("epsilon", adaptation.step.optimizer.epsilon)
      json.key("clip")
      if let clip = adaptation.step.clip { try json.append(clip) } else { json.appendNull() }
    }
  }
}
