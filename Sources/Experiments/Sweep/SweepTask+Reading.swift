import DataFiles
import SandboxTasks

extension SweepTask {
  /// Reads the members of a task; `label` has been read.
  init(_ reader: inout JSONObjectReader, label: String) throws(JSONError) {
    self.label = label
    let family = try reader.choice("task", of: TaskFamily.self)
    switch family {
    case .keyValue: shape = .keyValue
    case .needle:
      shape = .needle(
        NeedleShape(
          haystack: try reader.choice("haystack", default: .needles),
          keys: try reader.int("keys", default: 1, in: 1...TaskSettings.keyLimit),
          values: try reader.int("values", default: 1, in: 1...SandboxToken.ordinalCount),
          queries: try reader.int("queries", default: 1, in: 1...TaskSettings.keyLimit),
          distractors: try reader.int("distractors", default: 0, in: 0...Int(Int32.max))))
    case .multiHop:
      shape = .multiHop(
        MultiHopShape(
          hops: try reader.int("hops", default: 2, in: 1...SandboxToken.hopLimit),
          order: try reader.choice("order", default: .shuffled)))
    case .transactionLog:
      var log = TransactionLogShape()
      if let value = reader.valueIfPresent("anomaly"), !value.isNull {
        log.anomaly = try reader.choice("anomaly")
      }
      shape = .transactionLog(log)
    case .codeBug: shape = .codeBug
    }
    rehearsal = try reader.double("rehearsal", default: 0.5, in: 0...1)
    guard rehearsal < 1 else { throw reader.invalid("rehearsal", "must be below 1") }
    depth = nil
    similar = nil
    if let value = reader.valueIfPresent("depth"), !value.isNull {
      depth = try reader.double("depth", in: 0...1)
    }
    if let value = reader.valueIfPresent("similar"), !value.isNull {
      similar = try reader.int("similar", in: 0...1024)
    }
    text = try SweepText.read(&reader)
    if text?.source == .made, family == .transactionLog || family == .codeBug {
      throw reader.invalid(
        "text",
        "is not made for \(family.rawValue) here; write files with 'dilution generate --format text' "
          + "and name them")
    }
  }
}

extension TaskSettings {
  /// Writes every setting into an open object, whatever the family: what keys are made of.
  func writeIdentity(to json: inout JSONWriter) throws {
    json.member("task", family.rawValue)
    json.member("length", length)
    try json.optional("depth", depth)
    try json.member("rehearsal", rehearsal)
    json.optional("similar", similar)
    switch shape {
    case .keyValue: break
    case .needle(let needle):
      json.member("haystack", needle.haystack.rawValue)
      json.member("keys", needle.keys)
      json.member("values", needle.values)
      json.member("queries", needle.queries)
      json.member("distractors", needle.distractors)
    case .multiHop(let multiHop):
      json.member("hops", multiHop.hops)
      json.member("order", multiHop.order.rawValue)
    case .transactionLog(let log):
      json.key("anomaly")
      if let anomaly = log.anomaly { json.append(anomaly.rawValue) } else { json.appendNull() }
    case .codeBug: break
    }
  }
}
