import DataFiles
import Runs
import SandboxTasks
import TestTimeCompute

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
  /// 64 hexadecimal digits that identify instances, read in whatever tokens.
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
      json.member("method", adaptation.method.name)
      json.member("steps", adaptation.steps)
      var declared = JSONWriter()
      try declared.object { try adaptation.method.settings.writeSettings(to: &$0) }
      var members = try JSONValue.parse(declared.text, file: "settings").members ?? []
      func write(_ keys: [(setting: String, key: String)]) throws {
        for (setting, key) in keys {
          guard let place = members.firstIndex(where: { $0.key == setting }) else { continue }
          try json.member(key, members.remove(at: place).value)
        }
      }
      // The order and the names of before there were other methods: old folders are still theirs.
      try write([
        ("span_length", "span_length"), ("policy", "span_policy"), ("span_kv", "span_kv"),
      ])
      json.member("measured_every", adaptation.interval)
      try write(
        ["optimizer", "learning_rate", "weight_decay", "beta1", "beta2", "epsilon", "clip"]
          .map { ($0, $0) })
      let usual = ["weights": "query", "control": "none"]
      for member in members
      where usual[member.key] == nil || usual[member.key] != member.value.string {
        try json.member(member.key, member.value)
      }
    }
  }
}
