import DataFiles
import Randomness

/// What needle sequences ask for.
public struct NeedleTraining: TrainingSettings {
  /// The most values that a needle key has, 1 … 4.
  public var values = 4
  /// The most keys that an `ask` block names, 1 … 8.
  public var queries = 4

  static let settings: [Setting<NeedleTraining>] = [
    Setting(
      "needle_values", \.values, in: 1...SandboxToken.ordinalCount,
      help: "The most values that a needle key has."),
    Setting(
      "needle_queries", \.queries, in: 1...NeedleTask.keyLimit,
      help: "The most keys that a question names."),
  ]
}

extension TrainingMixture {
  /// What needle sequences are made of.
  public var needles: NeedleTraining {
    get { self[NeedleTraining.self] }
    set { self[NeedleTraining.self] = newValue }
  }
}

extension TrainingSlice {
  /// Values of needles, and what an `ask` block restates.
  public static let needle = TrainingSlice("needle")
}

/// Needle keys with their values, all of them stated in the context.
private struct Needles {
  var keys: [Entity] = []
  /// Where each key's values start in `values`, and the end of the last.
  var starts: [Int] = [0]
  var values: [Entity] = []
  /// The key number of each value.
  var owners: [Int] = []

  /// Draws `count` facts of keys that have `valuesPerKey` values each, the last key the rest.
  init(facts count: Int, valuesPerKey: Int, _ stream: inout RandomStream) {
    var used = EntitySet()
    for begin in stride(from: 0, to: count, by: valuesPerKey) {
      let key = used.insertRandom(&stream)
      for _ in begin..<min(begin + valuesPerKey, count) {
        owners.append(keys.count)
        values.append(.random(&stream))
      }
      keys.append(key)
      starts.append(values.count)
    }
  }

  func fact(_ place: Int) -> Fact {
    let owner = owners[place]
    return Fact(
      opening: SandboxToken.ordinal(place - starts[owner]), key: keys[owner], value: values[place])
  }

  /// All facts in a random order, in which the values of a key keep theirs.
  func statingOrder(_ stream: inout RandomStream) -> [Int] {
    var order = owners
    stream.shuffle(&order)
    var next = starts
    for slot in order.indices {
      let owner = order[slot]
      order[slot] = next[owner]
      next[owner] += 1
    }
    return order
  }
}

extension NeedleTask {
  static let trainingSettings = NeedleTraining.settings.map { $0.of(\TrainingMixture.needles) }
  static let slices = [TrainingSlice.Declaration("needle", title: "needle")]

  /// Needles among noise words, a repeated sentence or each other; then questions about them.
  static func trainingSequence(
    _ mixture: TrainingMixture, facts count: Int, stream: inout RandomStream
  ) -> TrainingSequence {
    var sequence = TrainingSequence(family: .needle, capacity: Fact.length * (count + 8))
    let settings = mixture.needles
    let questionTokens = Fact.length * max(1, count / 2)
    let slots = max(1, count - max(1, count / 2))
    let haystack = HaystackKind.allCases[stream.below(HaystackKind.allCases.count)]
    // Half of the sequences have one value a key, which is the plain task.
    let valuesPerKey = stream.next() & 1 == 0 ? 1 : 1 + stream.below(settings.values)

    let needles: Needles
    switch haystack {
    case .needles:
      needles = sequence.stateAmongNeedles(mixture.rehearsal, slots, valuesPerKey, &stream)
    case .noise, .repeated:
      needles = sequence.stateAmongWords(haystack, slots, valuesPerKey, &stream)
    }
    let end = sequence.tokens.count + questionTokens
    repeat {
      if valuesPerKey == 1 && needles.keys.count == 1 || stream.next() & 1 == 0 {
        let fact = needles.fact(stream.below(needles.values.count))
        sequence.append(fact, repeated: .needle)
      } else {
        sequence.appendAskBlock(needles, settings, &stream)
      }
    } while sequence.tokens.count < end
    return sequence
  }
}

extension TrainingSequence {
  /// States facts in a stream with rehearsal.
  fileprivate mutating func stateAmongNeedles(
    _ rehearsal: Double, _ slots: Int, _ valuesPerKey: Int, _ stream: inout RandomStream
  ) -> Needles {
    appendPadding(&stream)
    var isNew = [Bool](repeating: true, count: slots)
    var distinct = 1
    let most = valuesPerKey * Entity.count
    for slot in 1..<max(slots, 1) {
      isNew[slot] = stream.unit() >= rehearsal && distinct < most
      if isNew[slot] { distinct += 1 }
    }
    let needles = Needles(facts: distinct, valuesPerKey: valuesPerKey, &stream)
    let order = needles.statingOrder(&stream)
    var stated = 0
    for slot in 0..<slots {
      if isNew[slot] {
        append(needles.fact(order[stated]), repeated: nil)
        stated += 1
      } else {
        append(needles.fact(order[stream.below(stated)]), repeated: .needle)
      }
    }
    return needles
  }

  /// States facts once each, at random places among filler words.
  fileprivate mutating func stateAmongWords(
    _ haystack: HaystackKind, _ slots: Int, _ valuesPerKey: Int, _ stream: inout RandomStream
  ) -> Needles {
    // Up to half of the context is facts; the words take the rest and a remainder of 0 … 4.
    let count = 1 + stream.below(max(1, slots / 2))
    let wordCount = Fact.length * (slots - count) + stream.below(Fact.length)
    let needles = Needles(
      facts: min(count, valuesPerKey * Entity.count), valuesPerKey: valuesPerKey, &stream)
    let order = needles.statingOrder(&stream)
    var cuts = order.indices.map { _ in stream.below(wordCount + 1) }
    cuts.sort()
    let wordSeed = Int(truncatingIfNeeded: stream.next())
    var words = FillerWords(haystack, stream: stream.child("words").child(wordSeed))
    var written = 0
    for (slot, place) in order.enumerated() {
      appendWords(cuts[slot] - written, &words)
      written = cuts[slot]
      append(needles.fact(place), repeated: nil)
    }
    appendWords(wordCount - written, &words)
    return needles
  }

  /// Appends filler words in units of at most a sentence.
  private mutating func appendWords(_ count: Int, _ words: inout FillerWords) {
    for word in 0..<count {
      if word % SandboxToken.fillerCount == 0 { startUnit() }
      append(words.next())
    }
  }

  /// Appends `ask a b and c d : first a b … <end>` with every value of each key, as one unit.
  fileprivate mutating func appendAskBlock(
    _ needles: Needles, _ settings: NeedleTraining, _ stream: inout RandomStream
  ) {
    let count = 1 + stream.below(min(settings.queries, needles.keys.count))
    var asked: [Int] = []
    while asked.count < count {
      let key = stream.below(needles.keys.count)
      if !asked.contains(key) { asked.append(key) }
    }
    startUnit()
    append(SandboxToken.ask)
    for (place, key) in asked.enumerated() {
      if place > 0 { append(SandboxToken.and) }
      append(needles.keys[key])
    }
    append(SandboxToken.colon)
    for key in asked {
      for place in needles.starts[key]..<needles.starts[key + 1] {
        let fact = needles.fact(place)
        append(fact.opening, determined: .needle)
        append(fact.key, determined: .needle)
        append(fact.value, determined: .needle)
      }
    }
    append(SandboxToken.end, determined: .needle)
  }
}
