import Randomness
import SandboxTasks
import Testing

@Suite struct TrainingSequenceTests {
  let sizes = [1, 2, 3, 4, 7, 16, 32, 60]

  /// Sequences of every size, with settings that reach every branch.
  func withEverySequence(
    _ family: TaskFamily, _ body: (TrainingSequence, TrainingMixture, Int) -> Void
  ) {
    for (number, hops) in [1, 3, 8].enumerated() {
      var mixture = TrainingMixture()
      mixture.chains.hops = hops
      mixture.rehearsal = [0, 0.5, 0.9][number]
      for facts in sizes {
        for index in 0..<20 {
          let stream = RandomStream(seed: 5, label: "sequences").child(hops).child(index)
          body(.make(family, mixture, facts: facts, stream: stream), mixture, facts)
        }
      }
    }
  }

  @Test(arguments: factFamilies)
  func exactlyTheDeterminedTokensArePredictable(_ family: TaskFamily) {
    withEverySequence(family) { sequence, _, _ in
      let oracle = SequenceOracle(sequence.tokens)
      #expect(oracle.failure == nil)
      #expect(oracle.determined.map { $0 != nil } == sequence.predictable)
      for (token, determined) in zip(sequence.tokens, oracle.determined) {
        if let determined { #expect(token == determined) }
      }
    }
  }

  @Test(arguments: factFamilies)
  func unitsCoverTheSequence(_ family: TaskFamily) {
    withEverySequence(family) { sequence, _, _ in
      let starts = sequence.unitStarts
      #expect(starts.first == 0)
      #expect(zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 })
      // Every fact and question starts a unit; what opens inside a unit is a filler word after one.
      let openings = SequenceOracle(sequence.tokens).openings
      #expect(Set(starts).isSubset(of: openings))
      for opening in openings where !starts.contains(opening) {
        #expect(SandboxToken.isFiller(sequence.tokens[opening]))
        #expect(SandboxToken.isFiller(sequence.tokens[opening - 1]))
      }
      for (start, end) in zip(starts, starts.dropFirst() + [sequence.tokens.count])
      where SandboxToken.isFiller(sequence.tokens[start]) {
        #expect(end - start <= SandboxToken.fillerCount)
      }
    }
  }

  @Test(arguments: factFamilies)
  func slicesTellTokensApart(_ family: TaskFamily) {
    var seen: Set<TrainingSlice> = []
    withEverySequence(family) { sequence, mixture, facts in
      #expect(sequence.family == family)
      #expect(sequence.slice.count == sequence.tokens.count)
      for (raw, predictable) in zip(sequence.slice, sequence.predictable) {
        let slice = TrainingSlice(rawValue: raw)
        #expect((slice == .other) == !predictable)
        seen.insert(slice!)
      }
      switch family {
      case .keyValue: #expect(sequence.tokens.count { $0 == SandboxToken.fact } == facts)
      case .needle: break
      case .multiHop:
        let places = sequence.tokens.indices.filter {
          sequence.tokens[$0] == SandboxToken.question
        }
        #expect(places.count <= mixture.chains.questions)
        #expect(places.isEmpty == (mixture.chains.questions == 0))
        // Hops and entity: no question is there twice, so that none can be answered by copying.
        #expect(Set(places.map { sequence.tokens[$0...($0 + 3)] }).count == places.count)
        #expect(sequence.tokens.count { $0 == SandboxToken.fact } == facts)
      default: Issue.record("is not made of facts")
      }
    }
    let expected: Set<TrainingSlice> =
      switch family {
      case .keyValue: [.other, .keyValue]
      case .needle: [.other, .needle]
      case .multiHop:
        Set((1...8).map { .direct(hops: $0) }).union([.other, .chainFact, .traced, .form])
      default: []
      }
    #expect(seen == expected)
  }

  @Test func aSequenceIsAFunctionOfItsStream() {
    let stream = RandomStream(seed: 1, label: "x")
    let mixture = TrainingMixture()
    let first = TrainingSequence.make(mixture, facts: 16, stream: stream)
    #expect(first == TrainingSequence.make(mixture, facts: 16, stream: stream))
    #expect(first != TrainingSequence.make(mixture, facts: 16, stream: stream.child(1)))
  }

  @Test func sharesDecideTheFamily() {
    var mixture = TrainingMixture()
    (mixture[.keyValue], mixture[.needle], mixture[.multiHop], mixture[.codeBug]) = (1, 0, 2, 1)
    var counts: [TaskFamily: Int] = [:]
    for index in 0..<4000 {
      let stream = RandomStream(seed: 2, label: "shares").child(index)
      counts[TrainingSequence.make(mixture, facts: 1, stream: stream).family, default: 0] += 1
    }
    #expect(counts[.needle] == nil && counts[.transactionLog] == nil)
    // A quarter of 4000, within five standard deviations.
    #expect(abs(counts[.keyValue]! - 1000) < 140)
    #expect(abs(counts[.codeBug]! - 1000) < 140)
  }

  @Test(arguments: TaskFamily.allCases)
  func everyFamilyCanBeDrawn(_ family: TaskFamily) {
    var alone = TrainingMixture()
    for other in TaskFamily.allCases { alone[other] = other == family ? 0.5 : 0 }
    var all = TrainingMixture()
    for other in TaskFamily.allCases { all[other] = 1 }
    let drawn = (0..<200).map { index in
      let stream = RandomStream(seed: 3, label: "families").child(index)
      #expect(TrainingSequence.make(alone, facts: 1, stream: stream).family == family)
      return TrainingSequence.make(all, facts: 1, stream: stream).family
    }
    // A fifth of 200, within five standard deviations.
    #expect(abs(drawn.count { $0 == family } - 200 / TaskFamily.allCases.count) < 29)
    #expect(throws: Never.self) { try alone.validate() }
    alone[family] = .nan
    let error = #expect(throws: TaskSettingsError.self) { try alone.validate() }
    #expect("\(error!)".contains(family.rawValue))
  }

  /// Streams longer than the entities allow repeat instead of hanging or trapping.
  @Test(arguments: factFamilies)
  func streamsOutliveTheEntities(_ family: TaskFamily) {
    var mixture = TrainingMixture()
    mixture.rehearsal = 0
    for hops in [1, 8] {
      mixture.chains.hops = hops
      let sequence = TrainingSequence.make(
        family, mixture, facts: 12_000, stream: RandomStream(seed: 3, label: "long"))
      let oracle = SequenceOracle(sequence.tokens)
      #expect(oracle.failure == nil)
      #expect(oracle.determined.map { $0 != nil } == sequence.predictable)
    }
  }

  @Test func theRehearsalRateIsTheRateOfRepetitions() {
    var mixture = TrainingMixture()
    for rate in [0.2, 0.5, 0.8] {
      mixture.rehearsal = rate
      var repeated = 0
      let sequences = 400
      for index in 0..<sequences {
        let stream = RandomStream(seed: 4, label: "rate").child(index)
        let sequence = TrainingSequence.make(.keyValue, mixture, facts: 33, stream: stream)
        repeated += sequence.predictable.count { $0 } / 2
      }
      // The first fact is always new, so 32 a sequence could be repetitions.
      let trials = Double(32 * sequences)
      let deviation = (trials * rate * (1 - rate)).squareRoot()
      #expect(abs(Double(repeated) - trials * rate) < 5 * deviation)
    }
  }

  @Test func wrongMixturesAreNamed() {
    #expect(throws: Never.self) { try TrainingMixture().validate() }
    let wrong: [(String, (inout TrainingMixture) -> Void)] = [
      ("rehearsal", { $0.rehearsal = 1 }), ("hops", { $0.chains.hops = 9 }),
      ("questions", { $0.chains.questions = -1 }), ("traced", { $0.chains.traced = .nan }),
      ("retraced", { $0.chains.retraced = 1.5 }), ("needle_values", { $0.needles.values = 0 }),
      ("needle_queries", { $0.needles.queries = 9 }), ("anomalies", { $0.review.anomalies = 5 }),
      ("code-bug", { $0[.codeBug] = .infinity }), ("needle", { $0[.needle] = -1 }),
      ("above zero", { ($0[.keyValue], $0[.needle], $0[.multiHop]) = (0, 0, 0) }),
    ]
    for (name, change) in wrong {
      var mixture = TrainingMixture()
      change(&mixture)
      let error = #expect(throws: TaskSettingsError.self) { try mixture.validate() }
      #expect("\(error!)".contains(name))
    }
  }
}
