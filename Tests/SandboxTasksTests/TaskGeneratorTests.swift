import SandboxTasks
import Testing

@Suite struct TaskGeneratorTests {
  /// Shapes, depths, rehearsal rates and similarities in many combinations, at several lengths.
  func withEveryInstance(_ body: (TaskInstance, ContextReader) -> Void) throws {
    for shape in everyShape {
      for (depth, rehearsal, similar) in [
        (nil, 0.5, nil), (0.0, 0.0, 0), (1.0, 0.9, 5), (0.4, 0.5, 9),
      ] as [(Double?, Double, Int?)] {
        var settings = TaskSettings(
          shape, length: 1, depth: depth, rehearsal: rehearsal, similar: similar)
        if let needle = shape.own(NeedleTask.self), needle.haystack != .needles, let similar,
          similar > needle.distractors
        {
          continue
        }
        let least = settings.leastLength
        for length in [least, least + 1, least + 12, 253, 600] where length >= least {
          settings.length = length
          let instance = try TaskGenerator(settings, seed: 11).instance(length)
          let reader = ContextReader(instance.context)
          #expect(reader != nil, "\(settings)")
          if let reader { body(instance, reader) }
        }
      }
    }
  }

  @Test func goldFactsLeadToTheAnswer() throws {
    try withEveryInstance { instance, reader in
      let way = derivedWay(instance, reader)
      #expect(way?.map(\.start) == instance.gold.map(\.span.lowerBound), "\(instance.settings)")
      #expect(instance.gold.map(\.hop) == Array(0..<instance.gold.count))
      guard let way, way.count == instance.gold.count else { return }
      for (fact, (start, statement)) in zip(instance.gold, way) {
        #expect(fact.span == start..<start + 5)
        #expect(Array(instance.context[fact.key]) == statement.key)
        #expect(Array(instance.context[fact.value]) == statement.value)
      }
      let values = zip(instance.answer, instance.answerIsValue).filter(\.1).map(\.0)
      let shape = instance.settings.shape
      switch instance.family {
      case .keyValue:
        #expect(way.count == 1)
        #expect(instance.answer == way[0].statement.value)
      case .needle:
        guard let shape = shape.own(NeedleTask.self) else { return }
        #expect(way.count == shape.queries * shape.values)
        #expect(values == way.flatMap(\.statement.value))
        let restated = way.flatMap {
          [$0.statement.opening] + $0.statement.key + $0.statement.value
        }
        #expect(Array(instance.question.suffix(3)) + instance.answer == restated)
      case .multiHop:
        guard let shape = shape.own(MultiHopTask.self) else { return }
        #expect(way.count == shape.hops)
        #expect(instance.answer == way.last?.statement.value)
        if shape.order == .inOrder { #expect(way.map(\.start) == way.map(\.start).sorted()) }
      default: Issue.record("is not made of facts")
      }
      #expect(instance.answerIsValue.count == instance.answer.count)
      if instance.family != .needle { #expect(values == instance.answer) }
    }
  }

  @Test func lengthsAreExactAndRemaindersAreWordsInFront() throws {
    for shape in everyShape {
      var settings = TaskSettings(shape, length: 1)
      let least = settings.leastLength
      for length in least..<least + 11 {
        settings.length = length
        let instance = try TaskGenerator(settings, seed: 3).instance(0)
        #expect(instance.context.count == length)
        let reader = try #require(ContextReader(instance.context))
        if let needle = shape.own(NeedleTask.self), needle.haystack != .needles {
          #expect(reader.statements.count == needle.keys * needle.values + needle.distractors)
        } else {
          #expect(reader.statements.count == length / 5)
          #expect(reader.words.map(\.place) == Array(0..<length % 5))
        }
      }
      settings.length = least - 1
      #expect(throws: TaskSettingsError.tooShort(length: least - 1, least: least)) {
        try TaskGenerator(settings, seed: 3)
      }
    }
  }

  @Test func keysHaveOneValueAndNeedlesAreStatedOnce() throws {
    try withEveryInstance { instance, reader in
      var values: [[Int32]: [Int32]] = [:]
      var counts: [[Int32]: Int] = [:]
      for (_, statement) in reader.statements {
        let key = [statement.opening] + statement.key
        #expect(values[key] == nil || values[key] == statement.value)
        values[key] = statement.value
        counts[key, default: 0] += 1
      }
      for fact in instance.gold {
        #expect(counts[Array(instance.context[fact.span.prefix(3)])] == 1)
      }
      if instance.family == .multiHop {
        // No two facts lead to one entity: chains are disjoint.
        #expect(Set(values.values).count == values.count)
      }
    }
  }

  @Test func similarDistractorsAreCompleteAndTheirNumberExact() throws {
    try withEveryInstance { instance, reader in
      let goldStarts = Set(instance.gold.map(\.span.lowerBound))
      let goldKeys = instance.gold.map { Array(instance.context[$0.key]) }
      let similar = reader.statements.filter { start, statement in
        !goldStarts.contains(start) && goldKeys.contains { statement.isSimilar(to: $0) }
      }
      #expect(instance.similarDistractors == similar.map { $0.start..<$0.start + 5 })
      if let wanted = instance.settings.similar {
        #expect(Set(similar.map(\.statement)).count == wanted, "\(instance.settings)")
      }
    }
  }

  @Test func fixedDepthsAreKept() throws {
    for haystack in HaystackKind.allCases {
      for (depth, start) in [(0.0, 0), (0.5, 250), (1.0, 495)] {
        let shape = TaskShape.needle(NeedleTask(haystack: haystack))
        let settings = TaskSettings(shape, length: 500, depth: depth)
        let gold = try TaskGenerator(settings, seed: 1).instance(4).gold[0]
        // A token grid has 496 places, a grid of facts a hundred.
        #expect(abs(gold.span.lowerBound - start) <= 2)
      }
    }
    // Facts that share a depth stand together, and at the end they do not run over.
    for order in FactOrder.allCases {
      for depth in [0.0, 0.3, 1.0] {
        let shape = TaskShape.multiHop(MultiHopTask(hops: 4, order: order))
        let settings = TaskSettings(shape, length: 500, depth: depth)
        let starts = try TaskGenerator(settings, seed: 1).instance(4).gold.map(\.span.lowerBound)
        let first = min(Int(depth * 100), 96) * 5
        #expect(starts.sorted() == (0..<4).map { first + 5 * $0 })
        if order == .inOrder { #expect(starts == starts.sorted()) }
      }
    }
  }

  @Test func haystacksAreOfTheirKind() throws {
    func words(_ haystack: HaystackKind) throws -> [Int32] {
      let shape = TaskShape.needle(NeedleTask(haystack: haystack, distractors: 5))
      let instance = try TaskGenerator(TaskSettings(shape, length: 4030), seed: 2).instance(0)
      return try #require(ContextReader(instance.context)).words.map(\.token)
    }
    let repeated = try words(.repeated)
    #expect(repeated.count == 4000)
    #expect(zip(repeated, repeated.dropFirst(8)).allSatisfy { $0 == $1 })
    let noise = try words(.noise)
    #expect(noise.count == 4000)
    // Each word has its eighth of the draws, and so has each pair: five standard deviations.
    for token in (0..<8).map(SandboxToken.filler) {
      #expect(abs(noise.count { $0 == token } - 500) < 105)
    }
    #expect(abs(zip(noise, noise.dropFirst()).count { $0 == $1 } - 500) < 105)
  }

  @Test func aMillionTokensAreExact() throws {
    for shape in [everyShape[0], .needle(NeedleTask(haystack: .noise)), everyShape.last!] {
      let settings = TaskSettings(shape, length: 1_000_003)
      let instance = try TaskGenerator(settings, seed: 1).instance(0)
      #expect(instance.context.count == 1_000_003)
      let reader = try #require(ContextReader(instance.context))
      #expect(derivedWay(instance, reader)?.map(\.start) == instance.gold.map(\.span.lowerBound))
    }
  }
}
