import DataFiles
import SandboxTasks
import TransformerModel

extension TrainingRecipe {
  /// Reads a recipe from a JSON5 file.
  ///
  /// Keys that a recipe does not have, values out of range and shapes that no model has are errors
  /// that name file, line and key.
  ///
  /// - Throws: `FileSystemError` or `JSONError`.
  public static func read(_ path: String) throws -> TrainingRecipe {
    try TrainingRecipe(JSONValue.read(path, maximumBytes: 1 << 20), file: path)
  }

  /// Reads a recipe from a JSON object.
  ///
  /// - Parameter file: what errors call the text.
  /// - Throws: `JSONError`.
  public init(_ value: JSONValue, file: String) throws {
    var r = try JSONObjectReader(value, file: file)
    let curriculum = try Self.curriculum(&r)
    let stretchTo = try r.int("stretchTo", default: 16384, in: 1...1 << 24)
    let optimizer = try Self.optimizer(&r)
    let mixture = try Self.mixture(&r)
    let phases = try Self.phases(&r, first: mixture)
    let steps = try r.int("steps", in: 1...10_000_000)
    self.init(
      model: try Self.model(
        &r, vocabulary: Self.vocabulary(mixture, phases).count,
        positions: max(stretchTo, 5 * curriculum.end)),
      seed: try r.uint64("seed"),
      steps: steps,
      batchTokens: try r.int("batchTokens", in: 1...1 << 26),
      optimizer: optimizer,
      schedule: try Self.schedule(&r, peak: optimizer.learningRate, steps: steps),
      clip: try r.double("clip", default: 1, above: 0),
      unpredictableWeight: try r.double("unpredictableWeight", default: 0.02, in: 0...1),
      stretchTo: stretchTo, curriculum: curriculum,
      mixture: mixture, phases: phases,
      stopAtAccuracy: try r.ifPresent("stopAt") { r, key in
        var stop = try r.object(key)
        let accuracy = try stop.double("accuracy", in: 0...1)
        try stop.finish()
        return accuracy
      })
    try r.finish()
  }

  private static func model(
    _ r: inout JSONObjectReader, vocabulary: Int, positions: Int
  ) throws -> ModelConfiguration {
    var m = try r.object("model")
    let width = try m.int("width", in: 2...1 << 16)
    let heads = try m.int("queryHeads", in: 1...1 << 10)
    let layers = try m.int("layers", in: 1...1000)
    let configuration = ModelConfiguration(
      vocabularySize: vocabulary, width: width,
      layers: layers, queryHeads: heads,
      keyValueHeads: try m.int("keyValueHeads", default: heads, in: 1...heads),
      headWidth: try m.int("headWidth", in: 2...1 << 12),
      mlpWidth: try m.int("mlpWidth", in: 1...1 << 18),
      rotaryTheta: try m.double("rotaryTheta", default: 1e6, above: 0),
      hasQueryKeyNorm: try m.bool("queryKeyNorm", default: true),
      hasTiedHead: try m.bool("tiedHead", default: false), maximumPositions: positions,
      plans: try LayerPlan.plans(&m, layers: layers))
    try m.finish()
    if let defect = configuration.defect {
      throw r.invalid("model", "describes an impossible model: \(defect)")
    }
    return configuration
  }

  private static func optimizer(_ r: inout JSONObjectReader) throws -> AdamWSettings {
    var o = try r.object("optimizer")
    let settings = AdamWSettings(
      learningRate: try o.double("learningRate", in: 0...100, above: 0),
      beta1: try o.double("beta1", default: 0.9, in: 0...0.9999),
      beta2: try o.double("beta2", default: 0.999, in: 0...0.999_999),
      epsilon: try o.double("epsilon", default: 1e-8, in: 0...1, above: 0),
      weightDecay: try o.double("weightDecay", default: 0.01, in: 0...100))
    try o.finish()
    return settings
  }

  private static func schedule(
    _ r: inout JSONObjectReader, peak: Double, steps: Int
  ) throws -> LearningRateSchedule {
    var s = try r.section("schedule")
    let warmup = try s.int(
      "warmup", default: LearningRateSchedule.defaultWarmup(of: steps), in: 0...10_000_000)
    guard warmup < steps else {
      throw s.invalid(
        "warmup", "is \(warmup), but must be less than steps, which is \(steps)")
    }
    let schedule = LearningRateSchedule(
      peak: peak, warmup: warmup,
      decayFrom: try s.double("decayFrom", default: 0.6, in: 0...1),
      floor: try s.double("floor", default: 0.02, in: 0...1))
    try s.finish()
    return schedule
  }

  private static func curriculum(_ r: inout JSONObjectReader) throws -> Curriculum {
    var c = try r.object("curriculum")
    let start = try c.int("start", in: 1...10_000)
    let curriculum = Curriculum(
      start: start, end: try c.int("end", in: start...10_000),
      grow: try c.int("grow", default: 2, in: 1...10_000),
      accuracy: try c.double("accuracy", default: 0.93, in: 0...1))
    try c.finish()
    return curriculum
  }

  private static func mixture(_ r: inout JSONObjectReader) throws -> TrainingMixture {
    var m = try r.section("mixture")
    let mixture = try Self.mixture(&m, leftOut: TrainingMixture())
    do {
      try mixture.validate()
    } catch {
      throw r.invalid("mixture", "is impossible: \(error)")
    }
    return mixture
  }

  private static func phases(
    _ r: inout JSONObjectReader, first: TrainingMixture
  ) throws -> [Phase] {
    var phases: [Phase] = []
    for phase in try r.objects("phases", isOptional: true) {
      var phase = phase
      let from = try phase.double("from", in: 0...1)
      let before = phases.last
      guard from > before?.from ?? 0 else {
        throw phase.invalid("from", "must be above \(before.map { "\($0.from)" } ?? "0")")
      }
      let accuracy = try phase.ifPresent("accuracy") { r, key in try r.double(key, in: 0...1) }
      var m = try phase.object("mixture")
      try phase.finish()
      let mixture = try Self.mixture(&m, leftOut: before?.mixture ?? first)
      do {
        try mixture.validate()
      } catch {
        throw phase.invalid("mixture", "is impossible: \(error)")
      }
      phases.append(Phase(from: from, mixture: mixture, accuracy: accuracy))
    }
    return phases
  }

  /// The members of a mixture; those that are missing are as in `leftOut`.
  private static func mixture(
    _ m: inout JSONObjectReader, leftOut: TrainingMixture
  ) throws -> TrainingMixture {
    var mixture = leftOut
    for setting in TrainingMixture.settings {
      try setting.read(into: &mixture, from: &m, key: setting.camelCaseName)
    }
    try m.finish()
    return mixture
  }
}

extension JSONObjectReader {
  /// An optional object of settings that have defaults.
  fileprivate mutating func section(_ key: String) throws(JSONError) -> JSONObjectReader {
    try JSONObjectReader(valueIfPresent(key) ?? JSONValue(.object([])), file: file, path: key)
  }
}
