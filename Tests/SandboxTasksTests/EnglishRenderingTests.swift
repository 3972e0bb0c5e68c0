import SandboxTasks
import Testing

@Suite struct EnglishRenderingTests {
  func slice(_ text: String, _ range: Range<Int>) -> String {
    let bytes = Array(text.utf8)
    return String(decoding: bytes[range], as: UTF8.self)
  }

  func name(_ symbols: some Collection<Int32>) -> String {
    symbols.map { Vocabulary.sandbox.words[Int($0)] }.joined(separator: "-")
  }

  /// The sentence that a statement is to be.
  func sentence(_ statement: ContextReader.Statement, _ instance: TaskInstance) -> String {
    let (key, value) = (name(statement.key), name(statement.value))
    switch instance.family {
    case .keyValue: return "The code word for \(key) is \(value)."
    case .multiHop: return "From \(key) the path leads to \(value)."
    case .needle:
      let values = instance.settings.shape.own(NeedleTask.self)?.values
      let ordinal = Vocabulary.sandbox.words[Int(statement.opening)]
      return "The \(values == 1 ? "" : ordinal + " ")password for \(key) is \(value)."
    default: return "is not made of facts"
    }
  }

  func withEveryRecord(_ body: (TaskInstance, EnglishRendering) throws -> Void) throws {
    for shape in everyShape {
      for length in [253, 402] {
        let instance = try TaskGenerator(TaskSettings(shape, length: length), seed: 5).instance(1)
        try body(instance, EnglishRendering(instance))
      }
    }
  }

  @Test func everyFactIsASentenceInItsPlace() throws {
    try withEveryRecord { instance, record in
      let reader = try #require(ContextReader(instance.context))
      var units = reader.statements.map { ($0.start, Optional($0.statement)) }
      units += reader.words.map { ($0.place, nil) }
      units.sort { $0.0 < $1.0 }
      // Sentences of filler words hold no hyphen; a name always does.
      let sentences = record.context.split(separator: ". ").map(String.init)
      #expect(sentences.count == units.count)
      for (text, (place, statement)) in zip(sentences, units) {
        let text = text.hasSuffix(".") ? text : text + "."
        if let statement {
          #expect(text == sentence(statement, instance))
        } else {
          #expect(!text.contains("-"), "the word at \(place)")
        }
      }
      let words = Dictionary(
        grouping: zip(sentences, units).filter { $0.1.1 == nil }, by: { instance.context[$0.1.0] })
      for (_, same) in words {
        #expect(Set(same.map { $0.0.hasSuffix(".") ? $0.0 : $0.0 + "." }).count == 1)
      }
    }
  }

  @Test func goldSpansAreTheGoldSentences() throws {
    try withEveryRecord { instance, record in
      #expect(record.gold.map(\.hop) == instance.gold.map(\.hop))
      for (text, fact) in zip(record.gold, instance.gold) {
        let statement = ContextReader.Statement(
          opening: instance.context[fact.span.lowerBound], key: Array(instance.context[fact.key]),
          value: Array(instance.context[fact.value]))
        #expect(slice(record.context, text.span) == sentence(statement, instance))
        #expect(slice(record.context, text.key) == name(statement.key))
        #expect(slice(record.context, text.value) == name(statement.value))
      }
    }
  }

  @Test func questionsNameTheirKeysAndOutputsAreTheValues() throws {
    try withEveryRecord { instance, record in
      let question = record.question
      let keys = instance.gold.map { name(instance.context[$0.key]) }
      let values = instance.gold.map { name(instance.context[$0.value]) }
      if instance.family == .multiHop {
        #expect(question.contains(keys[0]) && record.answerPrefix.contains(keys[0]))
        #expect(record.outputs == [values.last!])
      } else {
        for key in keys {
          #expect(question.contains(key) && record.answerPrefix.contains(key))
        }
        #expect(record.outputs == values)
      }
      #expect(record.answerPrefix.hasPrefix(" ") && !record.answerPrefix.hasSuffix(" "))
      #expect(question.hasSuffix("?"))
      for part in [record.introduction, record.context, question] {
        #expect(part.utf8.allSatisfy { $0 < 0x80 } && !part.contains("\n"))
      }
    }
  }

  @Test func aMillionTokensAreRendered() throws {
    let settings = TaskSettings(.keyValue, length: 1_000_000)
    let record = EnglishRendering(try TaskGenerator(settings, seed: 1).instance(0))
    #expect(slice(record.context, record.gold[0].value) == record.outputs[0])
    // Seven words a fact.
    #expect(record.context.utf8.count { $0 == UInt8(ascii: " ") } == 1_399_999)
  }
}
