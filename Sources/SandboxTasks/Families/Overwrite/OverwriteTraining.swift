import Randomness

extension TrainingSlice {
  /// The last values of keys that are asked for.
  public static let overwrite = TrainingSlice("overwrite")
}

extension OverwriteTask {
  static let slices = [TrainingSlice.Declaration("overwrite", title: "overwrite")]

  /// A stream of facts, each with the probability of rehearsal about a key drawn evenly from those stated
  /// so far, with another value; then questions `? a b c d`, no key twice, so that none can be answered
  /// by its first answer.
  static func trainingSequence(
    _ mixture: TrainingMixture, facts count: Int, stream: inout RandomStream
  ) -> TrainingSequence {
    var sequence = TrainingSequence(family: .overwrite, capacity: Fact.length * (count + 1))
    sequence.appendPadding(&stream)
    var used = EntitySet()
    var keys: [Entity] = []
    var values: [Entity] = []
    let questions = count / 2
    for _ in 0..<count - questions {
      let value = Entity.random(&stream)
      let restates = stream.unit() < mixture.rehearsal || keys.count == Entity.count
      var place = keys.count
      if restates, !keys.isEmpty {
        place = stream.below(keys.count)
        values[place] = value
      } else {
        keys.append(used.insertRandom(&stream))
        values.append(value)
      }
      sequence.append(
        Fact(opening: SandboxToken.fact, key: keys[place], value: value), repeated: nil)
    }
    for place in stream.choose(min(questions, keys.count), outOf: keys.count) {
      sequence.append(
        Fact(opening: SandboxToken.question, key: keys[place], value: values[place]),
        repeated: .overwrite)
    }
    return sequence
  }
}
