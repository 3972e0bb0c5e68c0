import Randomness
import SandboxTasks
import Testing

@Suite struct OverwriteTests {
  func withEveryInstance(_ body: (TaskInstance, ContextReader, Int) throws -> Void) throws {
    for restatements in [0, 1, 2, 16] {
      for (depth, rehearsal, similar) in [
        (nil, 0.5, nil), (0.0, 0.0, 0), (1.0, 0.9, 5), (0.4, 0.5, 9),
      ] as [(Double?, Double, Int?)] {
        var settings = TaskSettings(
          .overwrite(OverwriteTask(restatements: restatements)), length: 1, depth: depth,
          rehearsal: rehearsal, similar: similar)
        let least = settings.leastLength
        #expect(least == 5 * (1 + restatements + (similar ?? 0)))
        for length in [least, least + 1, 253, 600] where length >= least {
          settings.length = length
          let instance = try TaskGenerator(settings, seed: 11).instance(length)
          #expect(instance.context.count == length)
          try body(instance, try #require(ContextReader(instance.context)), restatements)
        }
      }
    }
  }

  @Test func theLastStatementWins() throws {
    try withEveryInstance { instance, reader, restatements in
      #expect(instance.question.first == SandboxToken.question)
      let asked = Array(instance.question.dropFirst())
      let statements = reader.statements(opening: SandboxToken.fact, key: asked)
      #expect(statements.count == restatements + 1)
      #expect(Set(statements.map(\.statement.value)).count == statements.count)
      #expect(statements.last?.statement.value == instance.answer)
      #expect(instance.gold.map(\.span.lowerBound) == [statements.last?.start])
      #expect(instance.gold.map(\.hop) == [0] && instance.answerIsValue == [true, true])
    }
  }

  @Test func earlierStatementsAreSimilarDistractors() throws {
    try withEveryInstance { instance, reader, _ in
      let asked = Array(instance.question.dropFirst())
      let expected = reader.statements.filter {
        ($0.statement.key == asked || $0.statement.isSimilar(to: asked))
          && $0.start != instance.gold[0].span.lowerBound
      }
      #expect(instance.similarDistractors.map(\.lowerBound) == expected.map(\.start))
      let similar = Set(expected.map(\.statement.key)).subtracting([asked])
      if let wanted = instance.settings.similar { #expect(similar.count == wanted) }
    }
  }

  @Test func everyStatementOfAKeyHasAnotherValue() throws {
    let settings = TaskSettings(
      .overwrite(OverwriteTask(restatements: 3)), length: 2000, rehearsal: 0.8)
    let instance = try TaskGenerator(settings, seed: 2).instance(0)
    let reader = try #require(ContextReader(instance.context))
    let keys = Dictionary(grouping: reader.statements, by: \.statement.key)
    let repeated = keys.values.reduce(0) { $0 + $1.count - 1 }
    let same = keys.values.reduce(0) { $0 + $1.count - Set($1.map(\.statement.value)).count }
    #expect(repeated > 250 && same < 5, "of \(repeated) restatements \(same) change nothing")
  }

  @Test func lengthsNest() throws {
    let settings = TaskSettings(.overwrite(OverwriteTask(restatements: 2)), length: 100)
    let generator = try TaskGenerator(settings, seed: 4)
    for index in 0..<5 {
      let rungs = try generator.ladder(lengths: [100, 400, 1600], index: index)
      for (shorter, longer) in zip(rungs, rungs.dropFirst()) {
        #expect(shorter.question == longer.question && shorter.answer == longer.answer)
        let asked = Array(shorter.question.dropFirst())
        let statements = try [shorter, longer].map {
          try #require(ContextReader($0.context)).statements.map(\.statement)
            .filter { $0.key != asked }
        }
        var left = statements[1][...]
        for statement in statements[0] {
          guard let place = left.firstIndex(of: statement) else {
            Issue.record("a statement of \(shorter.settings.length) tokens is gone")
            return
          }
          left = left[(place + 1)...]
        }
      }
    }
  }

  /// Questions are answered by the last statement before them, and no key is asked twice.
  @Test(arguments: [1, 2, 9, 40]) func trainingSequencesTeachIt(_ facts: Int) {
    var mixture = TrainingMixture()
    for rehearsal in [0, 0.5, 0.9] {
      mixture.rehearsal = rehearsal
      for index in 0..<20 {
        let sequence = TrainingSequence.make(
          .overwrite, mixture, facts: facts,
          stream: RandomStream(seed: 3, label: "overwrite").child(index))
        var last: [[Int32]: [Int32]] = [:]
        var asked = Set<[Int32]>()
        for start in sequence.unitStarts where !SandboxToken.isFiller(sequence.tokens[start]) {
          let unit = Array(sequence.tokens[start..<start + 5])
          let (key, value) = (Array(unit[1...2]), Array(unit[3...4]))
          let isQuestion = unit[0] == SandboxToken.question
          #expect(
            Array(sequence.predictable[start..<start + 5])
              == [false, false, false, isQuestion, isQuestion])
          if isQuestion {
            #expect(last[key] == value && asked.insert(key).inserted)
          } else {
            #expect(asked.isEmpty)
            last[key] = value
          }
        }
        let slices: Set<TrainingSlice> = facts == 1 ? [.other] : [.other, .overwrite]
        #expect(Set(sequence.slice.compactMap { TrainingSlice(rawValue: $0) }) == slices)
      }
    }
  }

  @Test func englishSaysTheSame() throws {
    try withEveryInstance { instance, _, _ in
      let record = EnglishRendering(instance)
      let names = { (tokens: [Int32]) in
        tokens.map { Vocabulary.sandbox.words[Int($0)] }.joined(separator: "-")
      }
      #expect(record.outputs == [names(instance.answer)])
      let gold = try #require(record.gold.first)
      let text = Array(record.context.utf8)
      #expect(String(decoding: text[gold.value], as: UTF8.self) == record.outputs[0])
      #expect(
        String(decoding: text[gold.span], as: UTF8.self)
          == "The code word for \(names(Array(instance.question.dropFirst()))) becomes "
          + "\(record.outputs[0]).")
    }
  }
}
