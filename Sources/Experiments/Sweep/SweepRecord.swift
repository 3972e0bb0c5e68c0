import DataFiles
import SandboxTasks

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
    public var method: MethodSettings.Name
    /// The number of the instance.
    public var index: Int

    public init(
      taskLabel: String, task: TaskFamily, length: Int, rotary: Bool, methodLabel: String,
      method: MethodSettings.Name, index: Int
    ) {
      self.taskLabel = taskLabel
      self.task = task
      self.length = length
      self.rotary = rotary
      self.methodLabel = methodLabel
      self.method = method
      self.index = index
    }
  }

  /// Wall-clock time by phase, in seconds: the only members that differ between two runs.
  public struct Seconds: Sendable, Equatable {
    public var prefill = 0.0
    public var adapt = 0.0
    public var think = 0.0
    public var answer = 0.0

    public init(
      prefill: Double = 0, adapt: Double = 0, think: Double = 0, answer: Double = 0
    ) {
      (self.prefill, self.adapt, self.think, self.answer) = (prefill, adapt, think, answer)
    }
  }

  /// The hash of everything that decides the record, times apart.
  public var key: String
  public var identity: Identity
  /// N; nil where nothing trained.
  public var steps: Int?
  /// Thinking tokens of each trace; nil where nothing was thought.
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
  /// That of its value tokens, the ones that the context alone tells.
  public var valueProbability: Double
  /// Tokens generated or forced behind the prompt, over all traces.
  public var generatedTokens: Int
  /// Tallied by the kernels behind the prefill.
  public var spentFLOPs: Int
  /// What the closed forms say to the same.
  public var predictedFLOPs: Int
  /// What reading the context cost, which all methods of an instance share.
  public var prefillFLOPs: Int
  /// The loss before the first and before the last step, in nats; nil without steps.
  public var firstLoss: Double?
  public var lastLoss: Double?
  /// What heads gave to the facts that hold the answer; nil after a divergence.
  public var sites: SiteTable?
  public var seconds: Seconds

  /// A record that is known; `SweepRun` makes them.
  public init(
    key: String, identity: Identity, steps: Int? = nil, tokensEach: Int? = nil,
    budgetFLOPs: Int? = nil, hasDiverged: Bool, divergedAt: String? = nil, isCorrect: Bool,
    isMajorityCorrect: Bool? = nil, answerProbability: Double, valueProbability: Double,
    generatedTokens: Int, spentFLOPs: Int, predictedFLOPs: Int, prefillFLOPs: Int,
    firstLoss: Double? = nil, lastLoss: Double? = nil, sites: SiteTable?,
    seconds: Seconds = Seconds()
  ) {
    self.key = key
    self.identity = identity
    self.steps = steps
    self.tokensEach = tokensEach
    self.budgetFLOPs = budgetFLOPs
    self.hasDiverged = hasDiverged
    self.divergedAt = divergedAt
    self.isCorrect = isCorrect
    self.isMajorityCorrect = isMajorityCorrect
    self.answerProbability = answerProbability
    self.valueProbability = valueProbability
    self.generatedTokens = generatedTokens
    self.spentFLOPs = spentFLOPs
    self.predictedFLOPs = predictedFLOPs
    self.prefillFLOPs = prefillFLOPs
    self.firstLoss = firstLoss
    self.lastLoss = lastLoss
    self.sites = sites
    self.seconds = seconds
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
      json.member("method", identity.method.rawValue)
      json.member("index", identity.index)
      json.optional("steps", steps)
      json.optional("tokens_each", tokensEach)
      json.optional("budget_flops", budgetFLOPs)
      json.member("diverged", hasDiverged)
      if let divergedAt { json.member("diverged_at", divergedAt) }
      json.member("correct", isCorrect)
      json.optional("majority_correct", isMajorityCorrect)
      try json.member("answer_probability", answerProbability)
      try json.member("value_probability", valueProbability)
      json.member("generated_tokens", generatedTokens)
      json.member("flops", spentFLOPs)
      json.member("predicted_flops", predictedFLOPs)
      json.member("prefill_flops", prefillFLOPs)
      try json.optional("first_loss", firstLoss)
      try json.optional("last_loss", lastLoss)
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
      methodLabel: try reader.string("label"), method: try reader.choice("method"),
      index: try reader.int("index", in: 0 ... .max))
    steps = try reader.optionalInt("steps")
    tokensEach = try reader.optionalInt("tokens_each")
    budgetFLOPs = try reader.optionalInt("budget_flops")
    hasDiverged = try reader.bool("diverged")
    divergedAt = reader.contains("diverged_at") ? try reader.string("diverged_at") : nil
    isCorrect = try reader.bool("correct")
    let majority = try reader.value("majority_correct")
    isMajorityCorrect = majority.isNull ? nil : try reader.bool("majority_correct")
    answerProbability = try reader.double("answer_probability", in: 0...1)
    valueProbability = try reader.double("value_probability", in: 0...1)
    generatedTokens = try reader.int("generated_tokens", in: 0 ... .max)
    spentFLOPs = try reader.int("flops", in: 0 ... .max)
    predictedFLOPs = try reader.int("predicted_flops", in: 0 ... .max)
    prefillFLOPs = try reader.int("prefill_flops", in: 0 ... .max)
    firstLoss = try reader.value("first_loss").isNull ? nil : try reader.double("first_loss")
    lastLoss = try reader.value("last_loss").isNull ? nil : try reader.double("last_loss")
    if try reader.value("sites").isNull {
      sites = nil
    } else {
      var table = try reader.object("sites")
      sites = try SiteTable(&table)
    }
    var times = try reader.object("seconds")
    seconds = try Seconds(&times)
    try reader.finish()
  }
}

extension SweepRecord.Seconds {
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
    prefill = try reader.double("prefill")
    adapt = try reader.double("adapt")
    think = try reader.double("think")
    answer = try reader.double("answer")
    try reader.finish()
  }
}

extension JSONObjectReader {
  fileprivate mutating func optionalInt(_ key: String) throws(JSONError) -> Int? {
    try value(key).isNull ? nil : try int(key, in: 0 ... .max)
  }
}
