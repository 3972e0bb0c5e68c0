import Foundation
import Randomness
import TestTimeCompute
import Testing
import TransformerModel

@Suite struct DecodingTests {
  let fixture = MethodFixture()

  @Test func theDirectAnswerIsTheGreedyOne() throws {
    let outcome = try fixture.run(Method(), on: fixture.marked)
    let session = InferenceSession(fixture.model, capacity: 200)
    session.append(fixture.context.session.tokens, logits: .none)
    var logits = session.append(fixture.marked.directPrompt)
    let first = logits.firstIndex(of: logits.max()!)!
    logits = session.append([Int32(first)])
    let second = logits.firstIndex(of: logits.max()!)!
    #expect(outcome.answer == [Int32(first), Int32(second)])
    #expect(!outcome.isCorrect)

    var problem = fixture.marked
    problem.answer = outcome.answer
    let right = try fixture.run(Method(), on: problem)
    #expect(right.isCorrect && right.isMajorityCorrect)
  }

  @Test func probabilitiesAreThoseOfTheRightAnswer() throws {
    for problem in fixture.problems {
      let outcome = try fixture.run(Method(), on: problem)
      let session = InferenceSession(fixture.model, capacity: 200)
      session.append(fixture.context.session.tokens, logits: .none)
      var logits = session.append(problem.directPrompt)
      for (token, p) in zip(problem.answer, outcome.answerProbabilities) {
        let weights = logits.map { exp(Double($0)) }
        #expect(abs(p - weights[Int(token)] / weights.reduce(0, +)) < 1e-6)
        logits = session.append([token])
      }
      let product = outcome.answerProbabilities.reduce(1, *)
      #expect(abs(outcome.probability - product) < 1e-12)
    }
  }

  /// Every token as the marker, so that answers come early, late and not at all.
  @Test func budgetsAreSpentToTheLastToken() throws {
    var early = 0
    for marker in Int32(0)..<64 {
      var problem = fixture.marked
      problem.trace.answerMarker = marker
      for tokens in [1, 2, 3, 17] {
        let outcome = try fixture.run(
          Method(decoding: Thinking(tokens: tokens, end: .budget)), on: problem)
        let trace = try #require(outcome.traces.first)
        #expect(trace.count == tokens + 2 && outcome.generatedTokens == tokens + 2)
        let answers = Self.answers(in: trace, marker: marker, bridge: [8], length: 2)
        #expect(outcome.answers == answers)
        #expect(outcome.answer == answers.last)
        if answers.count > 1 { early += 1 }
      }
    }
    #expect(early > 0, "no trace was ever written again")
  }

  @Test func withoutAMarkerTheQuestionIsAskedAgain() throws {
    let problem = fixture.unmarked
    for tokens in [0, 1, 6, 7, 8, 20] {
      let outcome = try fixture.run(
        Method(decoding: Thinking(tokens: tokens, end: .budget)), on: problem)
      let trace = try #require(outcome.traces.first)
      #expect(trace.count == tokens + 3)
      // Answers of three tokens and bridges of four take turns.
      #expect(outcome.answers.count == 1 + tokens / 7)
      for (number, answer) in outcome.answers.enumerated() {
        #expect(Array(trace[number * 7..<number * 7 + 3]) == answer)
      }
      for index in trace.indices where index % 7 >= 3 {
        #expect(trace[index] == problem.trace.bridge[index % 7 - 3])
      }
    }
    let direct = try fixture.run(Method(), on: problem)
    for end in TraceEnd.allCases {
      let idle = try fixture.run(Method(decoding: Thinking(tokens: 0, end: end)), on: problem)
      #expect(MethodFixture.summary(idle) == MethodFixture.summary(direct))
    }
  }

  /// A trace that ends by itself is the beginning of the one that is forced to go on, up to its first
  /// answer; it costs what its own tokens cost, and an answer at once is the one in context.
  @Test func tracesEndWithTheirAnswer() throws {
    let costs = fixture.context.costs
    var short = 0
    for marker in Int32(0)..<64 {
      var problem = fixture.marked
      problem.trace.answerMarker = marker
      for tokens in [1, 3, 17] {
        let forced = try fixture.run(
          Method(decoding: Thinking(tokens: tokens, end: .budget)), on: problem)
        let free = try fixture.run(Method(decoding: Thinking(tokens: tokens)), on: problem)
        let trace = try #require(free.traces.first)
        #expect(forced.traces[0].starts(with: trace) && free.answers == [forced.answers[0]])
        #expect(Array(trace.suffix(2)) == free.answer)
        let start = 150 + problem.thinkingPrompt.count
        #expect(
          free.spentFLOPs
            == costs.append(problem.thinkingPrompt.count, after: 150)
            + costs.decode(trace.count - 1, after: start))
        #expect(free.spentFLOPs == free.predictedFLOPs && free.spentFLOPs <= forced.spentFLOPs)
        if trace.count < tokens + 2 { short += 1 }
      }
    }
    #expect(short > 0, "no trace ended before its budget")
    let direct = try fixture.run(Method(), on: fixture.unmarked)
    let thought = try fixture.run(Method(decoding: Thinking(tokens: 20)), on: fixture.unmarked)
    #expect(MethodFixture.summary(thought) == MethodFixture.summary(direct))
  }

  /// Of several traces, each ends by itself, and leaves the others alone.
  @Test func samplesEndOneByOne() throws {
    var lengths: Set<Int> = []
    for marker in Int32(0)..<64 {
      var problem = fixture.marked
      problem.trace.answerMarker = marker
      let vote = try fixture.run(
        Method(decoding: SelfConsistency(traces: 4, tokensEach: 15)), on: problem)
      let forced = try fixture.run(
        Method(decoding: SelfConsistency(traces: 4, tokensEach: 15, end: .budget)), on: problem)
      for (free, whole) in zip(vote.traces, forced.traces) {
        #expect(whole.starts(with: free))
        lengths.insert(free.count)
      }
      #expect(vote.answers.count == 4 && vote.spentFLOPs == vote.predictedFLOPs)
      #expect(vote.generatedTokens == vote.traces.reduce(0) { $0 + $1.count })
      // Behind each trace, the right answer is as probable as behind that trace alone.
      let alone = try fixture.run(
        Method(decoding: SelfConsistency(traces: 1, tokensEach: 15)), on: problem)
      #expect(alone.traces[0] == vote.traces[0])
    }
    #expect(lengths.count > 3, "traces of all kinds of lengths")
  }

  /// The beam that has ended wins where nothing that goes on is more probable.
  @Test func beamsEndWithTheirAnswer() throws {
    var early = 0
    for marker in Int32(0)..<64 {
      var problem = fixture.marked
      problem.trace.answerMarker = marker
      let outcome = try fixture.run(
        Method(decoding: BeamSearch(beams: 3, tokensEach: 12)), on: problem)
      let trace = try #require(outcome.traces.first)
      #expect(outcome.answers.count == 1 && Array(trace.suffix(2)) == outcome.answer)
      #expect(outcome.spentFLOPs == outcome.predictedFLOPs)
      if trace.count < 14 { early += 1 }
      let session = InferenceSession(fixture.model, capacity: 300)
      let logits = session.append(
        fixture.context.session.tokens + problem.thinkingPrompt + trace.dropLast(2))
      let weights = logits.map { exp(Double($0)) }
      let p = weights[Int(problem.answer[0])] / weights.reduce(0, +)
      #expect(abs(outcome.answerProbabilities[0] / p - 1) < 1e-4)
    }
    #expect(early > 0, "no beam ended before its budget")
  }

  /// The complete answers of a trace, found by walking over it once more.
  static func answers(
    in trace: [Int32], marker: Int32, bridge: [Int32], length: Int
  ) -> [[Int32]] {
    var answers: [[Int32]] = []
    var index = 0
    while index < trace.count {
      guard trace[index] == marker else {
        index += 1
        continue
      }
      let answer = trace[(index + 1)...].prefix(length)
      if answer.count == length {
        answers.append(Array(answer))
        let rest = trace[(index + 1 + length)...]
        #expect(bridge.starts(with: rest.prefix(bridge.count)))
        index += bridge.count
      }
      index += 1 + length
    }
    return answers
  }

  @Test func theProbabilityIsReadBehindTheTrace() throws {
    // A model that has read its own trace up to the last answer.
    var problem = fixture.marked
    for marker in Int32(0)..<64 {
      problem.trace.answerMarker = marker
      let outcome = try fixture.run(Method(decoding: Thinking(tokens: 9)), on: problem)
      let trace = try #require(outcome.traces.first)
      let place = try #require(Self.lastAnswer(outcome.answer, in: trace, marker: marker))
      let session = InferenceSession(fixture.model, capacity: 300)
      let logits = session.append(
        fixture.context.session.tokens + problem.thinkingPrompt + trace[..<place])
      let weights = logits.map { exp(Double($0)) }
      let p = weights[Int(problem.answer[0])] / weights.reduce(0, +)
      #expect(abs(outcome.answerProbabilities[0] / p - 1) < 1e-4)
    }
  }

  private static func lastAnswer(_ answer: [Int32], in trace: [Int32], marker: Int32) -> Int? {
    trace.indices.last {
      $0 > 0 && trace[$0 - 1] == marker && trace[$0...].starts(with: answer)
    }
  }

  @Test func aBeamOfOneIsGreedy() throws {
    for problem in fixture.problems {
      for tokens in [2, 30] {
        for end in TraceEnd.allCases {
          let greedy = try fixture.run(
            Method(decoding: Thinking(tokens: tokens, end: end)), on: problem)
          let beam = try fixture.run(
            Method(decoding: BeamSearch(beams: 1, tokensEach: tokens, end: end)), on: problem)
          #expect(MethodFixture.summary(beam) == MethodFixture.summary(greedy))
        }
      }
    }
  }

  @Test func aWideBeamFindsTheMostProbablePair() throws {
    let model = TinyModel.make(TinyModel.shapes[0], seed: 8)
    let fixture = MethodFixture(model)
    var problem = fixture.unmarked
    problem.answer = [3, 4]
    problem.trace.bridge = [5]
    let outcome = try fixture.run(
      Method(decoding: BeamSearch(beams: 29, tokensEach: 1, end: .budget)), on: problem)
    let free = try fixture.run(
      Method(decoding: BeamSearch(beams: 29, tokensEach: 1)), on: problem)
    var best = (score: -Double.infinity, pair: [Int32]())
    let session = fixture.context.session
    let first = logSoftmax(session.append(problem.thinkingPrompt))
    for a in Int32(0)..<29 {
      let second = logSoftmax(session.append([a]))
      session.rewind(to: session.length - 1)
      for b in Int32(0)..<29 {
        let score = first[Int(a)] + second[Int(b)]
        if score > best.score { best = (score, [a, b]) }
      }
    }
    session.rewind(to: 150)
    #expect(outcome.traces == [best.pair + [5]])
    #expect(outcome.answer == best.pair)
    #expect(free.traces == [best.pair] && free.answer == best.pair)
  }

  @Test func beamsCarryTheirOwnPast() throws {
    // The winner's trace, read afresh, has the probability that its branch was said to have.
    for problem in fixture.problems {
      let outcome = try fixture.run(
        Method(decoding: BeamSearch(beams: 6, tokensEach: 25, end: .budget)), on: problem)
      let trace = try #require(outcome.traces.first)
      #expect(trace.count == 25 + problem.answer.count)
      #expect(outcome.generatedTokens == 6 * trace.count)
      let start = 150 + problem.thinkingPrompt.count
      let session = InferenceSession(fixture.model, capacity: 300)
      session.append(fixture.context.session.tokens + problem.thinkingPrompt, logits: .none)
      var total = 0.0
      var greedy = 0.0
      let reference = try fixture.run(
        Method(decoding: Thinking(tokens: 25, end: .budget)), on: problem)
      for (tokens, sum) in [(trace, 0), (reference.traces[0], 1)] {
        session.rewind(to: start - 1)
        let logits = session.append(
          [problem.thinkingPrompt.last!] + tokens.dropLast(), logits: .all)
        let score = Self.score(tokens, logits, problem)
        if sum == 0 { total = score } else { greedy = score }
      }
      #expect(total >= greedy - 1e-4)
    }
  }

  /// The log-probability of the tokens that a trace was free to choose.
  static func score(_ tokens: [Int32], _ logits: [Float], _ problem: Problem) -> Double {
    var sum = 0.0
    var free = true
    var forced = 0
    var answer = problem.trace.answerMarker == nil ? 0 : -1
    for (index, token) in tokens.enumerated() {
      free = forced == 0
      if forced > 0 {
        forced -= 1
        if forced == 0 && problem.trace.answerMarker == nil { answer = 0 }
        continue
      }
      let row = Array(logits[index * 64..<(index + 1) * 64])
      if free { sum += logSoftmax(row)[Int(token)] }
      if answer >= 0 {
        answer += 1
        if answer == problem.answer.count {
          answer = -1
          forced = problem.trace.bridge.count
        }
      } else if token == problem.trace.answerMarker {
        answer = 0
      }
    }
    return sum
  }

  @Test func oneColdSampleIsGreedy() throws {
    for problem in fixture.problems {
      let greedy = try fixture.run(
        Method(decoding: Thinking(tokens: 30, end: .budget)), on: problem)
      for temperature in [0, 1e-6] {
        let sample = try fixture.run(
          Method(
            decoding: SelfConsistency(
              traces: 1, tokensEach: 30, end: .budget, sampler: Sampler(temperature: temperature))),
          on: problem)
        #expect(MethodFixture.summary(sample) == MethodFixture.summary(greedy))
      }
      let thought = try fixture.run(
        Method(decoding: Thinking(tokens: 30, end: .budget, sampler: .paper)), on: problem)
      let sampled = try fixture.run(
        Method(decoding: SelfConsistency(traces: 1, tokensEach: 30, end: .budget)), on: problem)
      #expect(MethodFixture.summary(thought) == MethodFixture.summary(sampled))
      #expect(thought.traces != greedy.traces)
    }
  }

  @Test func samplesAreIndependentAndVote() throws {
    let outcome = try fixture.run(
      Method(decoding: SelfConsistency(traces: 6, tokensEach: 12, end: .budget)), on: fixture.marked
    )
    #expect(outcome.traces.count == 6 && outcome.traces.allSatisfy { $0.count == 12 + 2 })
    #expect(outcome.generatedTokens == 6 * 14)
    #expect(Set(outcome.traces).count == 6)
    let last = outcome.traces.map {
      Self.answers(in: $0, marker: 7, bridge: [8], length: 2).last ?? []
    }
    #expect(outcome.answer == MajorityVote.winner(last))
    // More voters leave the earlier ones alone.
    let more = try fixture.run(
      Method(decoding: SelfConsistency(traces: 8, tokensEach: 12, end: .budget)),
      on: fixture.marked)
    #expect(Array(more.traces.prefix(6)) == outcome.traces)
  }

  @Test func theMajorityIsTheMostFrequentAndOfEqualsTheFirst() {
    #expect(MajorityVote.winner([]) == nil)
    #expect(MajorityVote.winner([[1]]) == [1])
    #expect(MajorityVote.winner([[1], [2], [2]]) == [2])
    #expect(MajorityVote.winner([[3], [2], [2], [3]]) == [3])
    #expect(MajorityVote.winner([[1, 2], [2, 1], [2, 1], [1, 2], [2, 1]]) == [2, 1])
  }
}

/// The logarithm of the softmax, in double precision.
func logSoftmax(_ logits: [Float]) -> [Double] {
  let highest = Double(logits.max() ?? 0)
  let sum = logits.reduce(0) { $0 + exp(Double($1) - highest) }
  return logits.map { Double($0) - highest - log(sum) }
}
