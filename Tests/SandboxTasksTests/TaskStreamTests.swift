import SandboxTasks
import Testing

@Suite struct TaskStreamTests {
  /// Whether `shorter` is `longer` with some elements left out.
  func isSubsequence<Element: Equatable>(_ shorter: [Element], of longer: [Element]) -> Bool {
    var rest = longer[...]
    for element in shorter {
      guard let place = rest.firstIndex(of: element) else { return false }
      rest = rest[(place + 1)...]
    }
    return true
  }

  @Test func laddersNest() throws {
    for shape in everyShape {
      for similar in [nil, 4] where allows(similar, shape) {
        for index in 0..<3 {
          let settings = TaskSettings(shape, length: 1000, similar: similar)
          let lengths = [settings.leastLength, 221, 222, 330, 1024, 6000, 20_000]
          let ladder = try TaskGenerator(settings, seed: 21).ladder(lengths: lengths, index: index)
          #expect(ladder.map(\.context.count) == lengths)
          for (shorter, longer) in zip(ladder, ladder.dropFirst()) {
            try expectNested(shorter, longer)
          }
        }
      }
    }
  }

  /// Among words there must be as many distractors as similar ones.
  func allows(_ similar: Int?, _ shape: TaskShape) -> Bool {
    if let needle = shape.own(NeedleTask.self), needle.haystack != .needles {
      return similar ?? 0 <= needle.distractors
    }
    return true
  }

  func expectNested(_ shorter: TaskInstance, _ longer: TaskInstance) throws {
    #expect(shorter.question == longer.question)
    #expect(shorter.answer == longer.answer)
    #expect(shorter.answerIsValue == longer.answerIsValue)
    #expect(shorter.trace == longer.trace)
    var haystacks: [[ContextReader.Statement]] = []
    var words: [[Int32]] = []
    for instance in [shorter, longer] {
      let reader = try #require(ContextReader(instance.context))
      let gold = Set(instance.gold.map(\.span.lowerBound))
      haystacks.append(reader.statements.filter { !gold.contains($0.start) }.map(\.statement))
      words.append(reader.words.map(\.token))
    }
    // The other needles of a needle task keep their own depths, like the gold ones.
    if let shape = shorter.settings.shape.own(NeedleTask.self), shape.keys > shape.queries {
      #expect(Set(haystacks[0]).isSubset(of: haystacks[1]))
    } else {
      #expect(isSubsequence(haystacks[0], of: haystacks[1]), "\(shorter.settings)")
    }
    if let shape = shorter.settings.shape.own(NeedleTask.self), shape.haystack != .needles {
      #expect(words[1].starts(with: words[0]))
    }
    // Depths are equal up to one fact, and facts that stand in each other's way move by their own
    // number at most.
    let facts = Double(5 * shorter.settings.shape.needleCount)
    for (left, right) in zip(shorter.gold, longer.gold) {
      let depths = [(left, shorter), (right, longer)].map { fact, instance in
        Double(fact.span.lowerBound) / Double(instance.context.count)
      }
      let slack = facts / Double(shorter.context.count) + facts / Double(longer.context.count)
      #expect(abs(depths[0] - depths[1]) <= slack)
    }
  }

  @Test func anInstanceIsAFunctionOfItsNumber() throws {
    for shape in everyShape {
      let settings = TaskSettings(shape, length: 300)
      let run = try TaskGenerator(settings, seed: 8)
      let instances = (0..<10).map(run.instance)
      #expect(try TaskGenerator(settings, seed: 8).instance(7) == instances[7])
      #expect(Set(instances.map(\.context)).count == 10)
      let ladder = try run.ladder(lengths: [1000, 300], index: 7)
      #expect(ladder[1] == instances[7])
      #expect(try TaskGenerator(settings, seed: 9).instance(7).context != instances[7].context)
    }
  }

  @Test func splitsAreDisjoint() throws {
    for shape in everyShape {
      var contexts: Set<[Int32]> = []
      var questionsBySplit: [[[Int32]]] = []
      for split in Split.allCases {
        let generator = try TaskGenerator(TaskSettings(shape, length: 300), seed: 8, split: split)
        let instances = (0..<20).map(generator.instance)
        contexts.formUnion(instances.map(\.context))
        questionsBySplit.append(instances.map(\.question))
      }
      #expect(contexts.count == 20 * Split.allCases.count)
      #expect(Set(questionsBySplit).count == Split.allCases.count)
    }
  }

  @Test func wrongSettingsAreNamed() {
    let words = HaystackKind.noise
    let wrong: [(TaskSettings, String)] = [
      (TaskSettings(.keyValue, length: 0), "length is 0"),
      (TaskSettings(.keyValue, length: 1 << 40), "length is 1099511627776"),
      (TaskSettings(.keyValue, length: 4), "least possible length is 5"),
      (TaskSettings(.keyValue, length: 54, similar: 10), "least possible length is 55"),
      (TaskSettings(.keyValue, length: 500, similar: 63), "similar is 63, but must be 0 … 62"),
      (TaskSettings(.keyValue, length: 500, depth: 1.01), "depth is 1.01"),
      (TaskSettings(.keyValue, length: 500, depth: .nan), "depth is nan"),
      (TaskSettings(.keyValue, length: 500, rehearsal: 1), "rehearsal is 1.0"),
      (TaskSettings(.multiHop(MultiHopTask(hops: 9)), length: 500), "hops is 9"),
      (TaskSettings(.multiHop(MultiHopTask(hops: 8)), length: 39), "least possible length is 40"),
      (TaskSettings(.needle(NeedleTask(keys: 9)), length: 500), "keys is 9"),
      (TaskSettings(.needle(NeedleTask(values: 5)), length: 500), "values is 5"),
      (TaskSettings(.needle(NeedleTask(keys: 2, queries: 3)), length: 500), "must be at most"),
      (TaskSettings(.needle(NeedleTask(distractors: 1)), length: 500), "haystack of needles"),
      (
        TaskSettings(.needle(NeedleTask(haystack: words, distractors: 3)), length: 19),
        "least possible length is 20"
      ),
      (
        TaskSettings(
          .needle(NeedleTask(haystack: words, distractors: 3)), length: 500, similar: 4),
        "similar must be at most the number of distractors"
      ),
    ]
    for (settings, words) in wrong {
      let error = #expect(throws: TaskSettingsError.self) { try TaskGenerator(settings, seed: 0) }
      #expect("\(error!)".contains(words), "\(error!)")
    }
  }
}
