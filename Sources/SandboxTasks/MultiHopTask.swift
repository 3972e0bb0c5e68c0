import Randomness

/// Multi-hop: facts `. a b c d` that form chains of h hops; the question `? three a b` asks where
/// h hops lead from the first entity of one chain, whose facts are stated once each.
extension TaskDraft {
  static func multiHop(
    _ settings: TaskSettings, _ shape: MultiHopShape, _ random: RandomStream
  ) -> TaskDraft {
    var draws = random.child("needles")
    var taken = EntitySet()
    let chain = (0...shape.hops).map { _ in taken.insertRandom(&draws) }
    let needles = place(chain, settings, shape, random.child("depths"))

    var supply = KeySupply(
      taken: chain, goldKeys: Array(chain.dropLast()), similar: settings.similar,
      stream: random.child("keys"))
    var facts = random.child("facts")
    var growth = FactGrowth(
      capacity: settings.length / Fact.length - shape.hops, rehearsal: settings.rehearsal,
      stream: random.child("rehearsal"))
    growth.grow(reserved: settings.similar ?? 0) {
      distractorChain(shape, &supply, &facts)
    }

    var draft = TaskDraft(
      writer: .stream(settings, needles: needles, growth: growth, random: random))
    draft.question = [SandboxToken.question, SandboxToken.hops(shape.hops)]
    draft.question.append(chain[0])
    draft.appendAnswer(chain[shape.hops], isValue: true)
    for hop in 0..<shape.hops {
      draft.trace.append(SandboxToken.hops(shape.hops - hop))
      draft.trace.append(chain[hop])
      draft.trace.append(chain[hop + 1])
    }
    draft.trace.append(SandboxToken.answer)
    return draft
  }

  /// The chain's facts with their depths, in the order in which equal depths are to stand.
  private static func place(
    _ chain: [Entity], _ settings: TaskSettings, _ shape: MultiHopShape, _ random: RandomStream
  ) -> [Needle] {
    var random = random
    var depths = (0..<shape.hops).map { _ in settings.depth ?? random.unit() }
    if shape.order == .inOrder { depths.sort() }
    var needles = (0..<shape.hops).map { hop in
      Needle(
        fact: Fact(opening: SandboxToken.fact, key: chain[hop], value: chain[hop + 1]), hop: hop,
        depth: depths[hop])
    }
    if shape.order == .shuffled { random.shuffle(&needles) }
    return needles
  }

  /// A chain of as many hops as the asked one, spread over the context by the same law.
  private static func distractorChain(
    _ shape: MultiHopShape, _ supply: inout KeySupply, _ facts: inout RandomStream
  ) -> [(fact: Fact, coordinate: Double)]? {
    var chain: [Entity] = []
    for _ in 0..<shape.hops {
      guard let key = supply.nextKey() else { return nil }
      chain.append(key)
    }
    guard let terminal = supply.nextTerminal() else { return nil }
    chain.append(terminal)
    var coordinates = (0..<shape.hops).map { _ in facts.unit() }
    if shape.order == .inOrder { coordinates.sort() }
    return (0..<shape.hops).map { hop in
      (Fact(opening: SandboxToken.fact, key: chain[hop], value: chain[hop + 1]), coordinates[hop])
    }
  }
}

extension EnglishWording {
  static func multiHop(_ instance: TaskInstance, _ shape: MultiHopShape) -> EnglishWording {
    let start = name(instance.question.suffix(2))
    let count = Vocabulary.sandbox.words[Int(SandboxToken.hops(shape.hops))]
    let paths = shape.hops == 1 ? "one path" : "\(count) paths"
    return EnglishWording(
      introduction:
        "Below is a list of paths between places; some entries are repeated. Keep all of "
        + "them in mind, for you will be asked to follow some.",
      sentences: [SandboxToken.fact: ("From ", " the path leads to ")],
      question: "Where do you arrive when you start at \(start) and follow \(paths) of the list?",
      answerPrefix: " Starting at \(start) and following \(paths), you arrive at")
  }
}
