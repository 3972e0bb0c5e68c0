import DataFiles
import SandboxTasks

/// How a model came to be and how good it is: the content of `training.json`.
public struct TrainingReport: Sendable {
  /// What trained the model.
  public struct Machine: Sendable, Equatable {
    /// The version of the lab.
    public var labVersion: String
    /// The processor's name, where the system gives it.
    public var processor: String?
    public var cores: Int
    public var threads: Int

    public init(labVersion: String, processor: String?, cores: Int, threads: Int) {
      self.labVersion = labVersion
      self.processor = processor
      self.cores = cores
      self.threads = threads
    }
  }

  /// SHA-256 of the recipe file as given.
  public let recipeHash: String
  public let seed: UInt64
  public let machine: Machine
  /// The number of parameters.
  public let parameters: Int
  public let steps: Int
  /// Tokens trained on.
  public let tokens: Int
  /// Facts a sequence had at the end.
  public let facts: Int
  /// Seconds of training in this run of the program, and with all earlier ones.
  public let seconds: (thisRun: Double, all: Double)
  public let heldOut: HeldOutAccuracy

  init(
    recipeHash: String, machine: Machine, trainer: Trainer, secondsBefore: Double, seconds: Double,
    heldOut: HeldOutAccuracy
  ) {
    self.recipeHash = recipeHash
    self.machine = machine
    self.heldOut = heldOut
    self.seconds = (seconds - secondsBefore, seconds)
    seed = trainer.recipe.seed
    parameters = trainer.model.parameters.layout.count
    steps = trainer.step
    tokens = trainer.tokensSeen
    facts = trainer.facts
  }

  /// The report as indented JSON.
  public func text() throws -> String {
    var json = JSONWriter(indentation: 2)
    try json.object { json in
      json.member("format", "training")
      json.member("schema_version", Self.schemaVersion)
      json.member(schemas: [TrainingCurve.schema])
      json.member("lab_version", machine.labVersion)
      json.member("recipe_sha256", recipeHash)
      json.member("seed", seed)
      json.member("parameters", parameters)
      json.member("steps", steps)
      json.member("tokens", tokens)
      json.member("facts", facts)
      try json.object("machine") { json in
        if let processor = machine.processor { json.member("processor", processor) }
        json.member("cores", machine.cores)
        json.member("threads", machine.threads)
        try json.member("seconds_this_run", rounded(seconds.thisRun))
        try json.member("seconds", rounded(seconds.all))
      }
      try json.object("held_out") { json in
        json.member("sequences", heldOut.sequences)
        json.member("facts", heldOut.facts)
        if let overall = heldOut.tokens.overall { try json.member("token_accuracy", overall) }
        try json.object("slices") { json in
          for slice in TrainingSlice.predictable { try append(slice, to: &json) }
        }
      }
    }
    return json.text + "\n"
  }

  /// The version of the format.
  static let schemaVersion = 1

  private func append(_ slice: TrainingSlice, to json: inout JSONWriter) throws {
    guard let tokens = heldOut.tokens.accuracy(slice),
      let answers = heldOut.answers.accuracy(slice)
    else { return }
    try json.object(slice.name) { json in
      json.member("tokens", heldOut.tokens.count(slice))
      try json.member("token_accuracy", tokens)
      json.member("answers", heldOut.answers.count(slice))
      try json.member("answer_accuracy", answers)
    }
  }

  private func rounded(_ seconds: Double) -> Double { (seconds * 10).rounded() / 10 }
}
