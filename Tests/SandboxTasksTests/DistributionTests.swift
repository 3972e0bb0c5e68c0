import Randomness
import SandboxTasks
import Testing

/// Nothing but the key may tell the needle from other facts: what these tests count is what a model
/// could go by instead.
@Suite struct DistributionTests {
  /// A share is what it should be, to within five standard deviations.
  func expectShare(
    _ hits: Int, of trials: Int, is share: Double, _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let deviation = (Double(trials) * share * (1 - share)).squareRoot()
    #expect(
      abs(Double(hits) - Double(trials) * share) <= 5 * deviation + 1e-9, what,
      sourceLocation: sourceLocation)
  }

  /// Ten counts, one for each tenth of the context.
  typealias Tenths = [Int]

  @Test(arguments: factFamilies)
  func drawnDepthsAreEven(_ family: TaskFamily) throws {
    let shape: TaskShape =
      switch family {
      case .keyValue: .keyValue
      case .needle: .needle(NeedleTask(haystack: .noise))
      case .multiHop: .multiHop(MultiHopTask(hops: 1))
      default: preconditionFailure("is not made of facts")
      }
    var tenths = Tenths(repeating: 0, count: 10)
    let generator = try TaskGenerator(TaskSettings(shape, length: 50), seed: 1)
    for index in 0..<4000 {
      let start = generator.instance(index).gold[0].span.lowerBound
      // Ten places for a fact in a stream, 46 among words.
      tenths[family == .needle ? min(start * 10 / 46, 9) : start / 5] += 1
    }
    for (tenth, count) in tenths.enumerated() {
      let places = family == .needle ? (0..<46).count { $0 * 10 / 46 == tenth } : 1
      expectShare(
        count, of: 4000, is: Double(places) / (family == .needle ? 46 : 10), "tenth \(tenth)")
    }
  }

  /// At each rung of a ladder and at each depth, the share of statements that repeat an earlier one
  /// is the rehearsal rate, whatever the length, and facts stated once are as common as they are in a
  /// stream written from left to right.
  @Test(arguments: [0.25, 0.5, 0.75])
  func rehearsalIsEvenAtEveryRung(_ rate: Double) throws {
    for length in [60, 160, 1280] {
      let instances = 160_000 / length
      let generator = try TaskGenerator(
        TaskSettings(.keyValue, length: length, rehearsal: rate), seed: 2)
      let slots = length / 5 - 1
      var repeated = Tenths(repeating: 0, count: 10)
      var stated = Tenths(repeating: 0, count: 10)
      var once = 0
      var distinct = 0
      for index in 0..<instances {
        let instance = generator.instance(index)
        let reader = try #require(ContextReader(instance.context))
        let needle = instance.gold[0].span.lowerBound
        let haystack = reader.statements.filter { $0.start != needle }.map(\.statement)
        var counts: [ContextReader.Statement: Int] = [haystack[0]: 1]
        for (slot, statement) in haystack.enumerated().dropFirst() {
          let tenth = slot * 10 / slots
          stated[tenth] += 1
          if counts[statement] != nil { repeated[tenth] += 1 }
          counts[statement, default: 0] += 1
        }
        once += counts.values.count { $0 == 1 }
        distinct += counts.count
      }
      for tenth in 0..<10 {
        expectShare(repeated[tenth], of: stated[tenth], is: rate, "\(length), tenth \(tenth)")
      }
      expectShare(
        distinct - instances, of: instances * (slots - 1), is: 1 - rate, "distinct at \(length)")
      let reference = leftToRight(rate: rate, slots: slots, streams: instances)
      let share = Double(once) / Double(distinct)
      #expect(abs(share - reference) < 5 * (0.25 / Double(distinct)).squareRoot() * 2.squareRoot())
    }
  }

  /// The share of facts stated once in streams whose slots repeat an even draw from the facts so far.
  func leftToRight(rate: Double, slots: Int, streams: Int) -> Double {
    var random = RandomStream(seed: 6, label: "left to right")
    var once = 0
    var distinct = 0
    for _ in 0..<streams {
      var counts = [1]
      for _ in 1..<slots {
        if random.unit() < rate {
          counts[random.below(counts.count)] += 1
        } else {
          counts.append(1)
        }
      }
      once += counts.count { $0 == 1 }
      distinct += counts.count
    }
    return Double(once) / Double(distinct)
  }

  /// A context longer than the entities allow starts like any other and goes on with repetitions.
  @Test func exhaustedStreamsGoOnFromLeftToRight() throws {
    let generator = try TaskGenerator(TaskSettings(.keyValue, length: 40_000), seed: 7)
    var early = 0
    var late = 0
    var latestCounts: [Int] = []
    for index in 0..<4 {
      let reader = try #require(ContextReader(generator.instance(index).context))
      var counts: [ContextReader.Statement: Int] = [:]
      for (slot, (_, statement)) in reader.statements.enumerated() {
        if counts[statement] != nil, 1...1000 ~= slot { early += 1 }
        if counts[statement] == nil, slot >= 4000 { late += 1 }
        counts[statement, default: 0] += 1
      }
      latestCounts += counts.values
      #expect(counts.count == 1024)
    }
    expectShare(early, of: 4000, is: 0.5, "early repetitions")
    // The needle may stand late; nothing else is new there.
    #expect(late <= 4)
    // 8000 statements of 1024 facts: all but the needles are stated again and again.
    #expect(latestCounts.count { $0 == 1 } < 20)
  }

  /// The needle's key and value are as even as those of any other fact.
  @Test func symbolsAreEven() throws {
    let generator = try TaskGenerator(TaskSettings(.keyValue, length: 40), seed: 3)
    var gold = [[Int]](repeating: [Int](repeating: 0, count: 32), count: 4)
    var other = gold
    let count = 6000
    for index in 0..<count {
      let context = generator.instance(index)
      let start = context.gold[0].span.lowerBound
      let another = start == 0 ? 5 : 0
      for place in 0..<4 {
        gold[place][Int(context.context[start + 1 + place]) - 32] += 1
        other[place][Int(context.context[another + 1 + place]) - 32] += 1
      }
    }
    for place in 0..<4 {
      for symbol in 0..<32 {
        expectShare(gold[place][symbol], of: count, is: 1 / 32, "gold \(place) \(symbol)")
        expectShare(other[place][symbol], of: count, is: 1 / 32, "other \(place) \(symbol)")
      }
    }
  }

  /// The chains in the haystack are as long and as spread as the asked one.
  @Test func distractorChainsAreLikeTheAskedOne() throws {
    for order in FactOrder.allCases {
      let shape = MultiHopTask(hops: 3, order: order)
      let generator = try TaskGenerator(TaskSettings(.multiHop(shape), length: 400), seed: 4)
      var complete = 0
      var facts = 0
      var ascending = [0, 0]
      var spread = [0.0, 0.0]
      var chains = [0, 0]
      for index in 0..<200 {
        let instance = generator.instance(index)
        let reader = try #require(ContextReader(instance.context))
        var first: [[Int32]: (start: Int, value: [Int32])] = [:]
        for (start, statement) in reader.statements where first[statement.key] == nil {
          first[statement.key] = (start, statement.value)
        }
        facts += first.count
        let targets = Set(first.values.map(\.value))
        for key in first.keys where !targets.contains(key) {
          var starts: [Int] = []
          var entity = key
          while let fact = first[entity] {
            starts.append(fact.start)
            entity = fact.value
          }
          guard starts.count == 3 else { continue }
          complete += 1
          let kind = starts[0] == instance.gold[0].span.lowerBound ? 0 : 1
          chains[kind] += 1
          if starts == starts.sorted() { ascending[kind] += 1 }
          spread[kind] += Double(starts.max()! - starts.min()!) / 400
        }
      }
      // All but the last chain taken up are complete.
      #expect(3 * complete >= facts - 3 * 200)
      for kind in 0...1 {
        let share = order == .inOrder ? 1.0 : 1.0 / 6
        expectShare(ascending[kind], of: chains[kind], is: share, "\(order) \(kind)")
        // Three even draws span half of the range on average, with a deviation of √0.05.
        let mean = spread[kind] / Double(chains[kind])
        #expect(abs(mean - 0.5) < 5 * (0.05 / Double(chains[kind])).squareRoot() + 0.02)
      }
    }
  }

  /// Similar distractors are spread and repeated like other facts.
  @Test func similarDistractorsAreOrdinary() throws {
    let generator = try TaskGenerator(
      TaskSettings(.keyValue, length: 1000, similar: 10), seed: 5)
    var tenths = Tenths(repeating: 0, count: 10)
    var statements = 0
    for index in 0..<300 {
      let spans = generator.instance(index).similarDistractors
      statements += spans.count
      for span in spans { tenths[span.lowerBound / 100] += 1 }
    }
    // Two statements a fact on average, at a rehearsal rate of one half.
    #expect(abs(Double(statements) / 3000 - 2) < 5 * (2.0 / 3000).squareRoot())
    for count in tenths { #expect(abs(Double(count) / Double(statements) - 0.1) < 0.03) }
  }
}
