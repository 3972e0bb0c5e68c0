import DataFiles
import SandboxTasks
import TestTimeCompute

/// What one method did on one instance.
public struct SweepRecord: Sendable, Equatable {
  /// Which record of the grid it is.
  public struct Identity: Sendable, Hashable {
    public var taskLabel: String
    public var task: TaskFamily
    /// T.
    public var length: Int
    public var rotary: Bool
    public var methodLabel: String
    public var method: String
    /// The number of the instance.
    public var index: Int
  }

  /// The hash of everything that decides the record, times apart.
  public var key: String
  public var identity: Identity
  /// N, or the steps that the budget pays for where spans cost what they cost on average; nil where
  /// nothing trained.
  public var steps: Int?
  /// The steps that were made, which under a budget depend on the very spans; nil where nothing trained.
  public var stepsMade: Int?
  /// The most thinking tokens of each trace, in the sense of `steps`; nil where nothing was thought.
  public var tokensEach: Int?
  /// What the method was allowed to spend behind the prefill; nil where no budget decided.
  public var budgetFLOPs: Int?
  /// Whether a loss, gradient or logit was not finite; the record then says nothing else of the answer.
  public var hasDiverged: Bool
  /// Where that arose, such as "step 3, the MLP of layer 2"; nil in records of former versions.
  public var divergedAt: String?
  public var isCorrect: Bool
  /// Whether the most frequent answer is right; nil where only one answer was given.
  public var isMajorityCorrect: Bool?
  /// The probability of the whole answer.
  public var answerProbability: Double
  /// That of its value tokens, the ones that the context alone determines.
  public var valueProbability: Double
  /// That of the first token of each fact's value, where retrieval is measured.
  public var openingProbability: Double
  /// Tokens generated or forced behind the prompt, over all traces.
  public var generatedTokens: Int
  /// Tallied by the kernels behind the prefill.
  public var spentFLOPs: Int
  /// What the closed forms say to the same.
  public var predictedFLOPs: Int
  /// What reading the context cost, which all methods of an instance share.
  public var prefillFLOPs: Int
  /// The loss of one span of the context, the same for all methods of an instance, before and after
  /// adaptation; nil without adaptation.
  public var heldOut: HeldOutLoss?
  /// What heads gave to the facts that hold the answer; nil after a divergence.
  public var sites: SiteTable?
  /// The only members that differ between two runs.
  public var seconds = PhaseSeconds()

  /// Refuses a record that spent more than its budget: methods at matched operations would not be.
  ///
  /// - Throws: `SweepError`.
  func checkBudget() throws(SweepError) {
    guard let budgetFLOPs, spentFLOPs > budgetFLOPs else { return }
    throw SweepError(
      "\(identity.taskLabel) at T=\(identity.length), instance \(identity.index): "
        + "\"\(identity.methodLabel)\" spent \(spentFLOPs) operations of a budget of \(budgetFLOPs), "
        + "which is a fault of this program: the record was not written")
  }

  /// Writes the record as one object.
  ///
  /// - Throws: `JSONWriter.NotFinite`.
  public func write(to json: inout JSONWriter) throws {
    try json.object { json in
      json.member("version", SweepSpec.formatVersion)
      json.member("key", key)
      json.member("task_label", identity.taskLabel)
      json.member("task", identity.task.rawValue)
      json.member("length", identity.length)
      json.member("rotary", identity.rotary)
      json.member("label", identity.methodLabel)
      json.member("method", identity.method)
      json.member("index", identity.index)
      json.optional("steps", steps)
      json.optional("steps_made", stepsMade)
      json.optional("tokens_each", tokensEach)
      json.optional("budget_flops", budgetFLOPs)
      json.member("diverged", hasDiverged)
      if let divergedAt { json.member("diverged_at", divergedAt) }
      json.member("correct", isCorrect)
      json.optional("majority_correct", isMajorityCorrect)
      try json.member("answer_probability", answerProbability)
      try json.member("value_probability", valueProbability)
      try json.member("opening_probability", openingProbability)
      json.member("generated_tokens", generatedTokens)
      json.member("flops", spentFLOPs)
      json.member("predicted_flops", predictedFLOPs)
      json.member("prefill_flops", prefillFLOPs)
      json.key("held_out")
      if let heldOut { try heldOut.write(to: &json) } else { json.appendNull() }
      json.key("sites")
      if let sites { try sites.write(to: &json) } else { json.appendNull() }
      try json.object("seconds") { try seconds.writeMembers(to: &$0) }
    }
  }
}

extension SweepRecord {
  /// Reads a record.
  ///
  /// - Parameter file: what errors call the file.
  /// - Throws: `JSONError`.
  public init(_ value: JSONValue, file: String) throws(JSONError) {
    var reader = try JSONObjectReader(value, file: file)
    try reader.version(understood: SweepSpec.formatVersion)
    key = try reader.string("key")
    identity = Identity(
      taskLabel: try reader.string("task_label"), task: try reader.choice("task"),
      length: try reader.int("length", in: 1 ... .max), rotary: try reader.bool("rotary"),
      methodLabel: try reader.string("label"),
      method: try reader.string("method", oneOf: MethodCatalog.names),
      index: try reader.int("index", in: 0 ... .max))
    steps = try reader.optionalInt("steps")
    stepsMade = try reader.optionalInt("steps_made")
    tokensEach = try reader.optionalInt("tokens_each")
    budgetFLOPs = try reader.optionalInt("budget_flops")
    hasDiverged = try reader.bool("diverged")
    divergedAt = reader.contains("diverged_at") ? try reader.string("diverged_at") : nil
    isCorrect = try reader.bool("correct")
    let majority = try reader.value("majority_correct")
    isMajorityCorrect = majority.isNull ? nil : try reader.bool("majority_correct")
    answerProbability = try reader.double("answer_probability", in: 0...1)
    valueProbability = try reader.double("value_probability", in: 0...1)
    openingProbability = try reader.double("opening_probability", in: 0...1)
    generatedTokens = try reader.int("generated_tokens", in: 0 ... .max)
    spentFLOPs = try reader.int("flops", in: 0 ... .max)
    predictedFLOPs = try reader.int("predicted_flops", in: 0 ... .max)
    prefillFLOPs = try reader.int("prefill_flops", in: 0 ... .max)
    if try reader.value("held_out").isNull {
      heldOut = nil
    } else {
      var loss = try reader.object("held_out")
      heldOut = try HeldOutLoss(&loss)
    }
    if try reader.value("sites").isNull {
      sites = nil
    } else {
      var table = try reader.object("sites")
      sites = try SiteTable(&table)
    }
    var times = try reader.object("seconds")
    seconds = try PhaseSeconds(&times)
    try reader.finish()
  }
}

extension PhaseSeconds {
  /// Writes the times into an open object.
  ///
  /// - Throws: `JSONWriter.NotFinite`.
  public func writeMembers(to json: inout JSONWriter) throws {
    try json.member("prefill", prefill)
    try json.member("adapt", adapt)
    try json.member("think", think)
    try json.member("answer", answer)
  }

  /// Reads the members of an object, all of them.
  public init(_ reader: inout JSONObjectReader) throws(JSONError) {
    self.init()
    prefill = try reader.double("prefill")
    adapt = try reader.double("adapt")
    think = try reader.double("think")
    answer = try reader.double("answer")
    try reader.finish()
  }
}

extension HeldOutLoss {
  /// Writes the losses as one object.
  func write(to json: inout JSONWriter) throws {
    try json.object { json in
      try json.member("before", before)
      try json.member("after", after)
      try json.member("seen", seen)
    }
  }

  /// Reads the members of an object, all of them.
  init(_ reader: inout JSONObjectReader) throws(JSONError) {
    self.init(
      before: try reader.double("before"), after: try reader.double("after"),
      seen: try reader.double("seen", in: 0...1))
    try reader.finish()
  }
}

extension JSONObjectReader {
  fileprivate mutating func optionalInt(_ key: String) throws(JSONError) -> Int? {
    try value(key).isNull ? nil : try int(key, in: 0 ... .max)
  }
}
