import Randomness

extension NeedleTask {
  func draft(_ settings: TaskSettings, _ random: RandomStream) -> TaskDraft {
    var draws = random.child("needles")
    var taken = EntitySet()
    var needleKeys: [NeedleKey] = []
    for number in 0..<keys {
      var key: Entity
      repeat {
        key = taken.insertRandom(&draws)
        // Another needle is a distractor; where their similarity is counted, it is none.
      } while settings.similar != nil && number >= queries
        && key.isSimilar(toAny: needleKeys.prefix(queries).map(\.key))
      needleKeys.append(
        NeedleKey(key: key, values: (0..<values).map { _ in .random(&draws) }))
    }
    let asked = Array(needleKeys.prefix(queries))
    let needles = place(needleKeys, settings, random.child("depths"))

    var distractors = DistractorKeys(
      supply: KeySupply(
        taken: needleKeys.map(\.key), goldKeys: asked.map(\.key),
        similar: settings.similar.map { ($0 + values - 1) / values },
        stream: random.child("keys")),
      similarLeft: settings.similar ?? 0, values: values, stream: random.child("facts"))
    let writer =
      switch haystack {
      case .needles: amongNeedles(settings, needles, &distractors, random)
      case .noise, .repeated: amongWords(settings, needles, &distractors, random)
      }

    var draft = TaskDraft(writer: writer)
    draft.ask(asked)
    return draft
  }

  /// All needles with their depths: the values of a key in their order, the keys in any.
  private func place(
    _ needleKeys: [NeedleKey], _ settings: TaskSettings, _ random: RandomStream
  ) -> [Needle] {
    var random = random
    var groups: [[Needle]] = []
    for (number, key) in needleKeys.enumerated() {
      let depths = (0..<values).map { _ in settings.depth ?? random.unit() }.sorted()
      groups.append(
        (0..<values).map { ordinal in
          Needle(
            fact: key.fact(ordinal),
            hop: number < queries ? number * values + ordinal : nil,
            depth: depths[ordinal])
        })
    }
    random.shuffle(&groups)
    return groups.flatMap { $0 }
  }

  private func amongNeedles(
    _ settings: TaskSettings, _ needles: [Needle], _ distractors: inout DistractorKeys,
    _ random: RandomStream
  ) -> ContextWriter {
    var growth = FactGrowth(
      capacity: settings.length / Fact.length - needles.count, rehearsal: settings.rehearsal,
      stream: random.child("rehearsal"))
    growth.grow(reserved: settings.similar ?? 0) { distractors.next() }
    return .stream(settings, needles: needles, growth: growth, random: random)
  }

  /// Words with the distractors among them, each stated once at a random place.
  private func amongWords(
    _ settings: TaskSettings, _ needles: [Needle],
    _ distractors: inout DistractorKeys, _ random: RandomStream
  ) -> ContextWriter {
    var facts: [(fact: Fact, coordinate: Double)] = []
    while facts.count < self.distractors, let group = distractors.next() {
      facts += group.prefix(self.distractors - facts.count)
    }
    let order = facts.indices.sorted {
      (facts[$0].coordinate, $0) < (facts[$1].coordinate, $1)
    }
    var writer = ContextWriter(
      length: settings.length, needles: needles, cells: settings.length,
      needleWidth: Fact.length)
    var words = FillerWords(haystack, stream: random.child("words"))
    let wordCount = settings.length - Fact.length * (needles.count + facts.count)
    var written = 0
    for number in order {
      let place = Int(facts[number].coordinate * Double(wordCount + 1))
      writer.write(&words, count: place - written)
      written = place
      writer.write(facts[number].fact, width: Fact.length)
    }
    writer.write(&words, count: wordCount - written)
    writer.finish()
    return writer
  }
}

extension TaskDraft {
  /// Fills in question, answer and trace.
  fileprivate mutating func ask(_ keys: [NeedleKey]) {
    let facts = keys.flatMap { key in key.values.indices.map(key.fact) }
    if facts.count > 1 {
      question.append(SandboxToken.ask)
      for (number, key) in keys.enumerated() {
        if number > 0 { question.append(SandboxToken.and) }
        question.append(key.key)
      }
      question.append(SandboxToken.colon)
    }
    // The first fact's opening and key belong to the question: the answer starts with a value.
    question.append(facts[0].opening)
    question.append(facts[0].key)
    appendAnswer(facts[0].value, isValue: true)
    for fact in facts.dropFirst() {
      appendAnswer(fact.opening)
      appendAnswer(fact.key, isValue: false)
      appendAnswer(fact.value, isValue: true)
    }
    trace = answer + question
  }
}

/// A needle's key with its values.
private struct NeedleKey {
  var key: Entity
  var values: [Entity]

  func fact(_ ordinal: Int) -> Fact {
    Fact(opening: SandboxToken.ordinal(ordinal), key: key, value: values[ordinal])
  }
}

/// Distractor keys with as many values as the needles have.
private struct DistractorKeys {
  var supply: KeySupply
  /// How many facts about similar keys are still to come; they come first.
  var similarLeft: Int
  let values: Int
  var stream: RandomStream

  /// The facts of the next key, by ascending coordinate.
  ///
  /// The last similar key has fewer values if their number asks for it.
  mutating func next() -> [(fact: Fact, coordinate: Double)]? {
    guard let key = supply.nextKey() else { return nil }
    let count = similarLeft > 0 ? min(values, similarLeft) : values
    similarLeft -= min(count, similarLeft)
    let coordinates = (0..<count).map { _ in stream.unit() }.sorted()
    return (0..<count).map { ordinal in
      let fact = Fact(
        opening: SandboxToken.ordinal(ordinal), key: key, value: .random(&stream))
      return (fact, coordinates[ordinal])
    }
  }
}
