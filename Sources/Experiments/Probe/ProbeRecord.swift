import DataFiles
import Instrumentation
import SandboxTasks

/// One measurement as a line of `probe.jsonl`: all that was seen, in a form that array libraries
/// reshape without a loop.
struct ProbeRecord {
  let item: ProbeItem
  let measurement: ProbeMeasurement

  /// The version of the format.
  static let formatVersion = 1

  /// Writes the measurement as one object.
  ///
  /// - Throws: `JSONWriter.NotFinite`, which no measurement gives: where it would, there is none.
  func write(to json: inout JSONWriter) throws {
    let instance = item.instance
    let answer = measurement.answer
    try json.object { json in
      json.member("version", Self.formatVersion)
      json.member("task", instance.family.rawValue)
      json.member("file", item.file)
      json.member("length", instance.settings.length)
      json.member("index", instance.index)
      json.member("split", instance.split.rawValue)
      json.member("seed", instance.seed)
      json.member("step", measurement.step)
      json.member("method", measurement.step == 0 ? "in-context" : "qttt")
      json.member("correct", answer.isCorrect)
      try json.member("answer_probability", answer.answerProbability)
      try json.member("value_probability", answer.valueProbability)
      json.member("answer", int32s: instance.answer)
      json.array("answer_is_value") { json in
        for isValue in instance.answerIsValue { json.append(isValue) }
      }
      json.member("best_tokens", int32s: answer.best)
      try json.member("token_probabilities", doubles: answer.probabilities)
      json.key("span")
      if let span = measurement.span {
        try json.object { json in
          json.member("start", span.start)
          json.member("length", span.length)
          try json.member("loss", span.loss)
          try json.member("gradient_norm", span.gradientNorm)
        }
      } else {
        json.appendNull()
      }
      try json.object("attention") { try writeAttention(to: &$0) }
    }
  }

  /// Flat lists in the order of `records`: layer, answer step, head, target.
  private func writeAttention(to json: inout JSONWriter) throws {
    let records = measurement.answer.records
    let instruments = Instruments.read(measurement.answer.instruments)
    func numbers(_ place: Int) -> [Float] { records.map { Float($0.numbers[place]) } }
    func count(_ part: (TargetMassRecord) -> Int) -> Int { (records.map(part).max() ?? -1) + 1 }
    let steps = count(\.answerStep)
    let targets = records.prefix { ($0.layer, $0.answerStep, $0.head) == (0, 0, 0) }.count
    json.member("axes", strings: ["layer", "answer_step", "head", "target"])
    json.member("shape", integers: [count(\.layer), steps, count(\.head), targets])
    // Which fact each target of each answer step is, the same in every head.
    json.array("hop") { json in
      for step in 0..<steps {
        let first = records.first { $0.answerStep == step }
        json.append(
          integers: records.filter {
            ($0.layer, $0.head, $0.answerStep) == (first?.layer, first?.head, step)
          }.map(\.hop))
      }
    }
    try json.member("mass", floats: records.map { Float($0.reading.mass) })
    try json.member("value_mass", floats: numbers(Instruments.standardPlace(of: ValueMass.self)))
    try json.member("following_mass", floats: records.map { Float($0.followingMass) })
    try json.member("best_position_mass", floats: records.map { Float($0.reading.bestMass) })
    try json.member("margin", floats: records.map { Float($0.reading.margin) })
    try json.member("gap", floats: records.map { Float($0.reading.gap) })
    for place in instruments.indices.dropFirst(Instruments.standard.count) {
      try json.member(instruments[place].name, floats: numbers(place))
    }
    try json.object("competitors") { json in
      try json.member("slack", doubles: AnswerMeasurement.slacks)
      json.array("count") { json in
        for place in AnswerMeasurement.slacks.indices {
          json.append(integers: records.map { $0.reading.competitors[place].count })
        }
      }
    }
  }
}
