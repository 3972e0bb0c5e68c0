import Experiments
import Randomness
import SandboxTasks
import Synchronization
import TestTags
import TestTimeCompute
import Testing
import Training
import TransformerModel

@Suite(.tags(.slow)) struct ProbeRunTests {
  @Test func noStepsAreExactlyInContext() throws {
    let items = try ProbeFixture.items(length: 100, count: 2)
    let zero = try ProbeFixture.results(items, ProbeFixture.adapting(steps: 0))
    #expect(try zero == ProbeFixture.results(items))
    #expect(zero.map(\.measurements.count) == [1, 1])
  }

  @Test func resultsDoNotDependOnTheNumberOfThreads() throws {
    let items =
      try ProbeFixture.items(length: 60, count: 3) + ProbeFixture.items(length: 200, count: 2)
      + ProbeFixture.items(.multiHop(MultiHopTask()), length: 75, count: 2)
    let settings = ProbeFixture.adapting(steps: 3)
    let alone = try ProbeFixture.results(items, settings)
    #expect(alone.map(\.item) == items)
    for threads in [2, 3, 8] {
      #expect(try ProbeFixture.results(items, settings, threads: threads) == alone)
    }
  }

  @Test func adaptationStartsFromTheModelsOwnQueriesEveryTime() throws {
    let items = try ProbeFixture.items(length: 100, count: 3)
    let adapted = try ProbeFixture.results(items, ProbeFixture.adapting(steps: 4))
    for (result, item) in zip(adapted, items) {
      let inContext = try ProbeFixture.results([item])[0]
      #expect(result.measurements[0] == inContext.measurements[0])
      #expect(result.measurements[4].answer != inContext.measurements[0].answer)
    }
  }

  /// The same steps made by hand.
  @Test func stepsAreThoseOfTheTrainerOnDrawnSpans() throws {
    let item = try ProbeFixture.items(length: 100, count: 4)[3]
    let settings = ProbeFixture.adapting(steps: 5)
    let result = try ProbeFixture.results([item], settings)[0]

    let session = InferenceSession(ProbeFixture.model, capacity: 110)
    session.append(item.instance.context, logits: .none)
    let trainer = SpanTrainer(
      session, settings: TrainingSettings(learningRate: 1e-2), spanLength: 16)
    session.weights = trainer.weights.tensors
    var spans = DrawnSpans(RandomStream(seed: 9, label: "spans").child(3))
    for step in 1...5 {
      let start = spans.nextStart(spanLength: 16, contextLength: 100)
      let made = trainer.step(start: start, length: 16)
      let measurement = result.measurements[step]
      #expect(measurement.step == step)
      let span = try #require(measurement.span)
      #expect((span.start, span.length) == (start, 16))
      #expect((span.loss, span.gradientNorm) == (made.loss, made.gradientNorm))
      let logits = session.append(item.instance.directPrompt)
      session.rewind(to: 100)
      #expect(measurement.answer.best.first == Int32(logits.firstIndex(of: logits.max()!)!))
    }
  }

  /// Every method that adapts is measured, the ones without steps once.
  @Test(arguments: MethodCatalog.kinds.filter { $0.init().defectInProbe == nil }.map { $0.name })
  func everyAdaptationIsProbed(name: String) throws {
    var settings = try #require(MethodCatalog.kind(name)).init()
    if let qttt = settings as? QTTTMethod { settings = qttt.fitted(to: 20) }
    if var scaled = settings as? QueryScaleMethod {
      scaled.factor = 2
      settings = scaled
    }
    let takesSteps = type(of: settings).amount != nil
    let chosen = ChosenMethod(settings, amount: takesSteps ? .given(2) : nil)
    let items = try ProbeFixture.items(length: 60)
    let result = try ProbeFixture.results(
      items, ProbeSettings(adaptation: .init(chosen), seed: 9))[0]
    #expect(result.measurements.map(\.step) == (takesSteps ? [0, 1, 2] : [0, 1]))
    #expect(result.measurements[0] == (try ProbeFixture.results(items))[0].measurements[0])
    #expect(result.measurements.last?.answer != result.measurements[0].answer)
  }

  @Test func thinningLeavesOutMeasurementsAndNothingElse() throws {
    let items = try ProbeFixture.items(length: 60)
    let all = try ProbeFixture.results(items, ProbeFixture.adapting(steps: 7))[0]
    let some = try ProbeFixture.results(items, ProbeFixture.adapting(steps: 7, interval: 3))[0]
    #expect(some.measurements.map(\.step) == [0, 3, 6, 7])
    #expect(some.measurements == [0, 3, 6, 7].map { all.measurements[$0] })
  }

  @Test func aSpanIsShorterThanItsContext() throws {
    let items = try ProbeFixture.items(length: 10)
    let settings = ProbeFixture.adapting(steps: 2, spanLength: 128)
    let result = try ProbeFixture.results(items, settings)[0]
    #expect(result.measurements.compactMap(\.span).allSatisfy { ($0.start, $0.length) == (0, 9) })
  }

  @Test func rotaryOffReachesContextAndQuestion() throws {
    let items = try ProbeFixture.items(length: 60)
    let off = ProbeSettings(options: PassOptions(rotary: false))
    let answer = try ProbeFixture.results(items, off)[0].measurements[0].answer
    #expect(try answer != ProbeFixture.results(items)[0].measurements[0].answer)
    let instance = items[0].instance
    let session = InferenceSession(
      ProbeFixture.model, capacity: 70, options: PassOptions(rotary: false))
    let logits = session.append(instance.context + instance.directPrompt)
    #expect(answer.best[0] == Int32(logits.firstIndex(of: logits.max()!)!))
  }

  /// The sentence of the error that `body` throws.
  private func complaint(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch {
      return "\(error)"
    }
  }

  @Test func divergenceIsAnErrorThatNamesTheStep() throws {
    let items = try ProbeFixture.items(length: 60, count: 6)
    let settings = ProbeFixture.adapting(steps: 3, learningRate: 1e38)
    // All of them diverge; the first is named, whichever worker is done first.
    let sentence = complaint { _ = try ProbeFixture.results(items, settings, threads: 3) }
    #expect(
      sentence.hasPrefix(
        "tasks-60.jsonl: instance 0: the adaptation diverged, its numbers are not finite at step 1, "
          + "first in the attention of layer 0; "))
  }

  @Test func aCacheThatOverflowsIsNamedByLayer() throws {
    let parameters = Parameters(
      ProbeFixture.configuration, initializedBy: RandomStream(seed: 2, label: "probe"))
    parameters.view("model.layers.1.self_attn.v_proj.weight").fill(3e38)
    let run = try ProbeRun(
      Transformer(parameters), settings: .init(), items: ProbeFixture.items(length: 60), threads: 1)
    let sentence = complaint { try run.run { _ in } }
    #expect(
      sentence.hasPrefix(
        "tasks-60.jsonl: instance 0: the model's own scores are not finite, first in the keys or "
          + "values of layer 1 at token "), "\(sentence)")
  }

  @Test func divergenceNamesTheLayer() throws {
    let items = try ProbeFixture.items(length: 60)
    let sentence = complaint {
      _ = try ProbeFixture.results(
        items, ProbeFixture.adapting(steps: 3, interval: 3, learningRate: 1e38))
    }
    #expect(
      sentence.contains("not finite at step 2, first in the attention of layer 0; "), "\(sentence)")
  }

  @Test func aTokenThatTheModelLacksIsNamed() throws {
    let items = try ProbeFixture.items(length: 60)
    let small = Transformer(
      Parameters(
        ModelConfiguration(
          vocabularySize: 40, width: 8, layers: 1, queryHeads: 1, keyValueHeads: 1, headWidth: 8,
          mlpWidth: 8)))
    let sentence = complaint {
      _ = try ProbeRun(small, settings: .init(), items: items, threads: 1)
    }
    #expect(sentence.hasPrefix("tasks-60.jsonl: instance 0 holds the token "))
    #expect(sentence.contains("only the tokens 0 to 39"))
  }

  @Test func memoryBoundsTheNumberOfCaches() throws {
    let items = try ProbeFixture.items(length: 60, count: 3)
    // 60 tokens of context, 3 of the question and the answer's first.
    let bytes = KeyValueCache.bytes(ProbeFixture.configuration, capacity: 64)
    func workers(_ freeBytes: Int) throws -> Int {
      try ProbeRun(
        ProbeFixture.model, settings: .init(), items: items, threads: 8, freeBytes: freeBytes
      ).workers.count
    }
    #expect(try workers(10 * bytes) == 3)
    #expect(try workers(2 * bytes) == 2)
    #expect(try workers(bytes) == 1)
    #expect(complaint { _ = try workers(bytes - 1) }.hasPrefix("64 tokens need"))
  }

  @Test func aContextOfOneTokenCannotBeAdaptedOn() throws {
    let settings = try ProbeFixture.items(length: 60)[0].instance.settings
    let instance = TaskInstance(
      settings: settings, seed: 0, split: .test, index: 1, context: [1], question: [1, 40],
      answer: [41], answerIsValue: [true], trace: [],
      gold: [GoldFact(hop: 0, span: 0..<1, key: 0..<1, value: 0..<1)], similarDistractors: [])
    let item = ProbeItem(file: "short.jsonl", instance: instance)
    #expect(try ProbeFixture.results([item])[0].measurements.count == 1)
    let sentence = complaint {
      _ = try ProbeFixture.results([item], ProbeFixture.adapting(steps: 1))
    }
    #expect(
      sentence == "short.jsonl: instance 1 has a context of 1 token, but adapting needs at least 2")
  }

  /// A long context takes minutes, and whoever wants to stop should not wait for its end.
  @Test func aContextIsReadInPartsBetweenWhichItCanBeStopped() throws {
    struct Enough: Error {}
    let items = try ProbeFixture.items(length: 3000)
    let run = try ProbeRun(ProbeFixture.model, settings: .init(), items: items, threads: 1)
    let calls = Mutex(0)
    #expect(throws: Enough.self) {
      try run.run(
        checkpoint: {
          let call = calls.withLock { count in
            count += 1
            return count
          }
          if call == 3 { throw Enough() }
        }, deliver: { _ in Issue.record("the context was read to its end") })
    }
    #expect(calls.withLock { $0 } == 3)
  }

  @Test func whatDeliveryOrCheckpointThrowsEndsTheRun() throws {
    struct Enough: Error {}
    let items = try ProbeFixture.items(length: 60, count: 12)
    for threads in [1, 3] {
      let run = try ProbeRun(
        ProbeFixture.model, settings: ProbeFixture.adapting(steps: 2), items: items,
        threads: threads)
      let delivered = Mutex<[Int]>([])
      #expect(throws: Enough.self) {
        try run.run { result in
          try delivered.withLock { indices in
            if indices.count == 4 { throw Enough() }
            indices.append(result.item.instance.index)
          }
        }
      }
      #expect(delivered.withLock { $0 } == [0, 1, 2, 3])
      let count = Mutex(0)
      #expect(throws: Enough.self) {
        try run.run(
          checkpoint: { throw Enough() }, deliver: { _ in count.withLock { $0 += 1 } })
      }
      #expect(count.withLock { $0 } == 0)
    }
  }
}
