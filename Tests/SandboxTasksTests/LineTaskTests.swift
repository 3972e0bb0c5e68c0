import DataFiles
import Randomness
import SandboxTasks
import Testing

/// The transaction log and the code bug, as streams over the closed vocabulary.
@Suite struct LineTaskTests {
  static let shapes: [TaskShape] =
    [.codeBug, .transactionLog(TransactionLogTask())]
    + LedgerAnomaly.allCases.map { .transactionLog(TransactionLogTask(anomaly: $0)) }

  func isLog(_ shape: TaskShape) -> Bool { shape.family == .transactionLog }

  func words(_ tokens: some Sequence<Int32>) -> [String] {
    tokens.map { Vocabulary.sandbox.words[Int($0)] }
  }

  func withEveryInstance(count: Int, _ body: (TaskInstance, LineOracle) throws -> Void) throws {
    for shape in Self.shapes {
      let least = TaskSettings(shape, length: 1).leastLength
      for (depth, rehearsal) in [(nil, 0.5), (0.0, 0.0), (1.0, 0.9), (0.4, 0.3)]
        as [(Double?, Double)]
      {
        for length in [least, least + 1, 250, 1031] {
          let settings = TaskSettings(shape, length: length, depth: depth, rehearsal: rehearsal)
          let generator = try TaskGenerator(settings, seed: 3)
          for index in 0..<count {
            let instance = generator.instance(index)
            try body(instance, LineOracle(instance.context, isLog: isLog(shape)))
          }
        }
      }
    }
  }

  @Test func exactlyOneLineIsWrongAndItIsTheOneNamed() throws {
    var kinds: [String: Int] = [:]
    try withEveryInstance(count: 40) { instance, oracle in
      #expect(oracle.failure == nil)
      #expect(oracle.faults.count == 1)
      guard let fault = oracle.faults.first else { return }
      kinds[fault.kind, default: 0] += 1
      #expect(fault.answer == words(instance.answer))
      let places = [fault.start] + (fault.contradicted.map { [$0] } ?? [])
      #expect(instance.gold.map(\.span.lowerBound) == places)
      #expect(instance.gold.map(\.hop) == Array(places.indices))
      let values = zip(instance.answer, instance.answerIsValue).filter(\.1).map(\.0)
      #expect(Array(instance.context[instance.gold[0].value]) == values)
      if let shape = instance.settings.shape.own(TransactionLogTask.self) {
        if let anomaly = shape.anomaly { #expect(fault.kind == anomaly.rawValue) }
        #expect(instance.answerIsValue == [false, true, true])
      } else {
        #expect(fault.kind == "OPERANDS")
      }
      #expect(instance.trace == instance.answer + instance.question)
      #expect(instance.similarDistractors.isEmpty)
    }
    #expect(kinds.keys.sorted() == (LedgerAnomaly.allCases.map(\.rawValue) + ["OPERANDS"]).sorted())
    // Drawn evenly: 640 logs of their own a kind, and a quarter of 640 more.
    for anomaly in LedgerAnomaly.allCases { #expect(abs(kinds[anomaly.rawValue]! - 800) < 60) }
  }

  @Test func lengthsAreExactAndImpossibleOnesNamed() throws {
    for shape in Self.shapes {
      var settings = TaskSettings(shape, length: 1)
      let line = 9
      let least = settings.leastLength
      #expect(least == (isLog(shape) ? 36 : 72))
      for length in least..<least + 20 {
        settings.length = length
        let instance = try TaskGenerator(settings, seed: 9).instance(length)
        #expect(instance.context.count == length)
        let oracle = LineOracle(instance.context, isLog: isLog(shape))
        #expect(oracle.lines.count == length / line)
        #expect(oracle.lines[0].start == length % line)
      }
      settings.length = least - 1
      #expect(throws: TaskSettingsError.tooShort(length: least - 1, least: least)) {
        try settings.validate()
      }
      settings.length = 1024 * line
      let full = try TaskGenerator(settings, seed: 9).instance(0)
      let oracle = LineOracle(full.context, isLog: isLog(shape))
      #expect(oracle.lines.count == 1024 && oracle.faults.count == 1 && oracle.failure == nil)
      settings.length += 1
      let error = #expect(throws: TaskSettingsError.self) { try settings.validate() }
      #expect("\(error!)".contains("\(1024 * line)"))
      settings.length = 500
      settings.similar = 0
      #expect(throws: TaskSettingsError.noSimilar(shape.family)) { try settings.validate() }
    }
  }

  @Test func shorterRungsAreSubsequencesWithTheAnomalyInThem() throws {
    for shape in Self.shapes {
      for index in 0..<10 {
        let settings = TaskSettings(shape, length: 1000)
        let lengths = [settings.leastLength, 100, 253, 600, 2000, 8000]
        let ladder = try TaskGenerator(settings, seed: 4).ladder(lengths: lengths, index: index)
        let lines = ladder.map { LineOracle($0.context, isLog: isLog(shape)).lines.map(\.words) }
        for (shorter, longer) in zip(lines, lines.dropFirst()) {
          var rest = longer[...]
          for line in shorter {
            let place = rest.firstIndex(of: line)
            #expect(place != nil)
            rest = rest[((place ?? rest.startIndex) + 1)...]
          }
        }
        #expect(Set(ladder.map(\.answer)).count == 1)
      }
    }
  }

  @Test func fixedDepthsAreKept() throws {
    for shape in Self.shapes {
      for depth in [0.0, 0.5, 1.0] {
        let settings = TaskSettings(shape, length: 7200, depth: depth)
        let place = try TaskGenerator(settings, seed: 6).instance(1).gold[0].span.lowerBound
        // A needle of a depth has its share of the evenly spread others before it: of 800 lines, or
        // 150 files, five standard deviations are at most 0.2.
        #expect(abs(Double(place) / 7200 - depth) < 0.2)
        if depth == 1 && isLog(shape) { #expect(place == 7200 - 9) }
      }
    }
  }

  @Test func rehearsalIsTheShareOfFurtherOperationsAndOfCalls() throws {
    for (shape, further) in [
      (Self.shapes[1], { (line: [String]) in line[3] != "first" }),
      (Self.shapes[0], { (line: [String]) in line[3] == ":" }),
    ] {
      var shares: [Double] = []
      for rehearsal in [0, 0.4, 0.8] {
        let settings = TaskSettings(shape, length: 7200, rehearsal: rehearsal)
        let lines = try LineOracle(
          TaskGenerator(settings, seed: 2).instance(0).context, isLog: isLog(shape)
        ).lines
        shares.append(Double(lines.count { further($0.words) }) / Double(lines.count))
      }
      #expect(shares[0] < 0.02 && shares[1] > 0.25 && shares[1] < 0.48 && shares[2] > 0.55)
    }
  }

  @Test func whatIsWrittenReadsBackEqual() throws {
    try withEveryInstance(count: 2) { instance, _ in
      let line = try JSONValue.parse(instance.line(), file: "t", firstLine: 1)
      #expect(try TaskInstance(line, file: "t") == instance)
    }
  }

  @Test func linesAreSentences() throws {
    try withEveryInstance(count: 2) { instance, oracle in
      let record = EnglishRendering(instance)
      let bytes = Array(record.context.utf8)
      for (text, fact) in zip(record.gold, instance.gold) {
        let parts = [text.span, text.key, text.value].map {
          String(decoding: bytes[$0], as: UTF8.self)
        }
        let key = words(instance.context[fact.key]).joined(separator: "-")
        #expect(parts[1] == key)
        #expect(parts[0].hasSuffix(".") && parts[0].contains(key) && parts[0].contains(parts[2]))
        if text.hop == 0 { #expect(record.outputs.last == parts[2]) }
      }
      #expect(record.gold.count == instance.gold.count)
      let sentences = record.context.split(separator: ".")
      #expect(sentences.count == oracle.lines.count + oracle.lines[0].start)
      if isLog(instance.settings.shape) {
        #expect(record.outputs.first == oracle.faults[0].kind)
      } else {
        #expect(record.outputs.count == 1)
      }
    }
  }

  @Test func exactlyTheDeterminedTokensOfTrainingSequencesArePredictable() throws {
    var mixture = TrainingMixture()
    for family in [TaskFamily.transactionLog, .codeBug] {
      var questions: Set<Int> = []
      var slices: Set<UInt8> = []
      for lines in [1, 2, 3, 4, 7, 16, 32, 64, 12_000] {
        for index in 0..<(lines > 1000 ? 1 : 30) {
          mixture.rehearsal = [0, 0.5, 0.9][index % 3]
          mixture.review.anomalies = 1 + index % 4
          mixture.review.reviewed = index % 5 == 0 ? 1 : 0
          let stream = RandomStream(seed: 5, label: "lines").child(lines).child(index)
          let sequence = TrainingSequence.make(family, mixture, facts: lines, stream: stream)
          let isReviewed = mixture.review.reviewed == 1
          let oracle = LineOracle(
            sequence.tokens, isLog: family == .transactionLog, isReviewed: isReviewed)
          #expect(oracle.failure == nil)
          #expect(oracle.lines.count == min(lines, 1024))
          #expect(oracle.questions == (isReviewed ? 0 : oracle.faults.count))
          #expect(oracle.faults.count <= (isReviewed ? lines : mixture.review.anomalies))
          #expect(oracle.determined.map { $0 != nil } == sequence.predictable)
          #expect(oracle.units == sequence.unitStarts)
          for (token, word) in zip(words(sequence.tokens), oracle.determined) {
            if let word { #expect(token == word) }
          }
          for (slice, isPredictable) in zip(sequence.slice, sequence.predictable) {
            #expect((TrainingSlice(rawValue: slice) == .other) == !isPredictable)
            slices.insert(slice)
          }
          if !isReviewed { questions.insert(oracle.questions) }
        }
      }
      let own: [TrainingSlice] =
        family == .transactionLog ? [.balance, .logAnswer] : [.operand, .bugAnswer]
      #expect(slices == Set((own + [.other, .form, .verdict]).map(\.rawValue)))
      #expect(questions == (family == .codeBug ? [0, 1, 2, 3, 4] : [1, 2, 3, 4]))
    }
  }

  @Test func halfOfTheCallsOfReviewedCodeAreWrong() {
    var mixture = TrainingMixture()
    (mixture.review.reviewed, mixture.rehearsal) = (1, 0.7)
    var (calls, wrong) = (0, 0)
    for index in 0..<400 {
      let sequence = TrainingSequence.make(
        .codeBug, mixture, facts: 8, stream: RandomStream(seed: 6, label: "calls").child(index))
      let oracle = LineOracle(sequence.tokens, isLog: false, isReviewed: true)
      #expect(oracle.failure == nil)
      calls += oracle.lines.count { $0.words[3] == ":" }
      wrong += oracle.faults.count
    }
    // Some 1900 draws of one half: six standard deviations are 131.
    #expect(calls > 1500 && abs(2 * wrong - calls) < 280)
  }

  @Test func aThirdOfTheLinesOfReviewedLogsIsWrong() {
    var mixture = TrainingMixture()
    (mixture.review.reviewed, mixture.rehearsal) = (1, 0.7)
    var (lines, wrong) = (0, 0)
    for index in 0..<400 {
      let sequence = TrainingSequence.make(
        .transactionLog, mixture, facts: 12,
        stream: RandomStream(seed: 6, label: "logs").child(index))
      let oracle = LineOracle(sequence.tokens, isLog: true, isReviewed: true)
      #expect(oracle.failure == nil)
      lines += oracle.lines.count
      wrong += oracle.faults.count
    }
    #expect(lines == 4800 && (1350...1850).contains(wrong))
  }
}
