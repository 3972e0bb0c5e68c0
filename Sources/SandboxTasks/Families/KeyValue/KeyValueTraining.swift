import Randomness

extension TrainingSlice {
  /// Values of repeated facts in a key-value stream.
  public static let keyValue = TrainingSlice("key_value")
}

extension KeyValueTask {
  static let slices = [TrainingSlice.Declaration("key_value", title: "key-value")]

  /// A stream of facts `. a b c d`, each with the probability of rehearsal a repetition of a fact
  /// drawn evenly from those stated so far.
  static func trainingSequence(
    _ mixture: TrainingMixture, facts count: Int, stream: inout RandomStream
  ) -> TrainingSequence {
    var sequence = TrainingSequence(family: .keyValue, capacity: Fact.length * (count + 1))
    sequence.appendPadding(&stream)
    var keys = EntitySet()
    var facts: [Fact] = []
    facts.reserveCapacity(count)
    for _ in 0..<count {
      let repeats = stream.unit() < mixture.rehearsal || keys.count == Entity.count
      if repeats, !facts.isEmpty {
        sequence.append(facts[stream.below(facts.count)], repeated: .keyValue)
      } else {
        let fact = Fact(
          opening: SandboxToken.fact, key: keys.insertRandom(&stream), value: .random(&stream))
        facts.append(fact)
        sequence.append(fact, repeated: nil)
      }
    }
    return sequence
  }
}
