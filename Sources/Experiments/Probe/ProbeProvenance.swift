import DataFiles
import Runs
import SandboxTasks

/// What the results of a probe are the results of.
public struct ProbeProvenance: Sendable {
  /// Who computed them, and where.
  public var provenance: Provenance
  /// The checkpoint's files.
  public var model: [HashedFile]
  /// The tasks files.
  public var tasks: [HashedFile]
  /// How instances were probed.
  public var settings: ProbeSettings
  /// The form in which texts were read; nil where none were.
  public var chatTemplate: String?

  /// The provenance of a run.
  public init(
    _ provenance: Provenance, model: [HashedFile], tasks: [HashedFile], settings: ProbeSettings
  ) {
    self.provenance = provenance
    self.model = model
    self.tasks = tasks
    self.settings = settings
  }

  /// As indented JSON, with the sites that were followed.
  func json(heads: [TaskFamily: FollowedHeads]) throws -> String {
    var json = JSONWriter(indentation: 2)
    try json.object { json in
      json.member("format", "probe")
      json.member("format_version", ProbeRecord.formatVersion)
      json.member(schemas: [ProbeFiles.schema, ProbeFiles.headSchema, ProbeFiles.profileSchema])
      try provenance.writeMembers(to: &json)
      json.array("model") { json in for file in model { file.write(to: &json) } }
      json.array("tasks") { json in for file in tasks { file.write(to: &json) } }
      if let chatTemplate { json.member("chat_template", chatTemplate) }
      try json.object("settings") { try settings.writeMembers(to: &$0) }
      json.member(heads: heads.mapValues(\.opening), named: "retrieval_sites")
      json.member(heads: heads.mapValues(\.all), named: "retrieval_sites_all")
    }
    return json.text + "\n"
  }
}

extension JSONWriter {
  fileprivate mutating func member(heads: [TaskFamily: RetrievalSite], named name: String) {
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
