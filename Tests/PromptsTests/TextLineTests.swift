import DataFiles
import Foundation
import Prompts
import SandboxTasks
import Testing
import Tokenization

@Suite struct TextLineTests {
  /// A tokenizer of the tests of Tokenization.
  func tokenizer(_ name: String) throws -> Tokenizer {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    return try Tokenizer(path: tests.path + "/TokenizationTests/Fixtures/\(name).json")
  }

  func record(
    _ name: String, _ template: ChatForm, length: Int
  ) throws -> (TextPrompt, FittedText) {
    let generator = try TaskGenerator(
      TaskSettings(.multiHop(MultiHopTask(hops: 2)), length: 256), seed: 9)
    let frame = PromptFrame(template)
    let fitted = try TextFitting(tokenizer(name), frame: frame).fit(
      SandboxTextTask(generator, index: 4), length: length)
    return (
      TextPrompt(
        fitted, index: 4, frame: frame,
        tokenizer: .init(file: "\(name).json", hash: String(repeating: "0", count: 64)),
        source: TaskSource(generator.instance(4)).value), fitted
    )
  }

  @Test(arguments: [("gpt2", ChatForm.plain), ("qwen", .qwen3), ("llama3", .llama3)])
  func realTokenizersAreFittedExactly(_ name: String, _ template: ChatForm) throws {
    let tokenizer = try tokenizer(name)
    for length in [700, 1024, 2500] {
      let (record, fitted) = try record(name, template, length: length)
      let fit = try #require(record.fit)
      #expect(fit.length == length && fit.missing == 0)
      let frame = fit.frame
      let text =
        frame.before + record.input + frame.after
        + (frame.beginsAnswer ? record.answerPrefix : "")
      let encoded = tokenizer.encode(text, addsSpecialTokens: frame.addsSpecialTokens)
      #expect(encoded.tokens == fitted.tokens && encoded.count == length)
      // Under these tokenizers a value and the tokens that hold it differ by a space at most.
      for (fact, tokens) in zip(record.gold, fit.gold) {
        let value = try #require(fact.value)
        let range = try #require(tokens.value)
        let decoded = tokenizer.decode(encoded.tokens[range])
        let written = String(decoding: Array(record.input.utf8)[value], as: UTF8.self)
        #expect(decoded.contains(written) && decoded.utf8.count <= written.utf8.count + 2)
        #expect(tokens.span.clamped(to: fit.context) == tokens.span)
      }
      let question = tokenizer.decode(encoded.tokens[fit.question])
      #expect(question.contains("Where do you arrive"))
    }
  }

  func read(_ line: [UInt8]) throws -> TextPrompt {
    var prompt = try TextPrompt(JSONValue.parse(line, file: "tasks"), file: "tasks")
    prompt.lineNumber = nil
    return prompt
  }

  /// What was made of an instance, but for where the question begins, which lines do not say.
  @Test(arguments: TaskFamily.allCases)
  func englishReadsBack(_ family: TaskFamily) throws {
    let instance = try TaskGenerator(
      TaskSettings(TaskShape(family), length: 300), seed: .max, split: .heldOut
    ).instance(3)
    var prompt = TextPrompt(instance)
    let line = prompt.line()
    #expect(line.firstIndex(of: UInt8(ascii: "\n")) == line.count - 1)
    let value = try JSONValue.parse(line, file: "tasks")
    let words = prompt.input.split(whereSeparator: \.isWhitespace).count
    #expect(value["length"]?.int == words && value["answer"] == nil)
    #expect(prompt.family == family && prompt.seed == .max && prompt.split == .heldOut)
    prompt.questionStart = nil
    #expect(try read(line) == prompt)
  }

  @Test func whatIsWrittenReadsBack() throws {
    for template in [ChatForm.plain, .qwen3] {
      let (written, _) = try record("qwen", template, length: 800)
      var record = written
      let line = record.line()
      #expect(line.last == UInt8(ascii: "\n"))
      record.questionStart = nil
      #expect(try read(line) == record)
      // Letters of more than a byte before the gold spans.
      record.input = "Ünder 🙂" + record.input
      record.gold = record.gold.map { fact in
        fact.mapRanges { $0.lowerBound + 11..<$0.upperBound + 11 }
      }
      #expect(try read(record.line()) == record)
    }
  }

  @Test func damageIsNamed() throws {
    let (record, _) = try record("qwen", .plain, length: 700)
    let text = String(decoding: record.line(), as: UTF8.self)
    for (old, new, member) in [
      ("\"version\":1", "\"version\":9", "version"), ("\"length\":700", "\"length\":70", "tokens"),
      ("\"hop\":0", "\"hop\":-1", "gold[0].hop"), ("\"missing\":0", "\"missing\":-1", "missing"),
      ("\"frame\":", "\"frames\":", "frame"), ("\"span\":[", "\"span\":[9999999,", "gold[0].span"),
      ("\"outputs\":[", "\"outputs\":[],\"x\":[", "outputs"),
    ] {
      let damaged = text.replacingOccurrences(of: old, with: new)
      #expect(damaged != text)
      let error = #expect(throws: JSONError.self) { try read(Array(damaged.utf8)) }
      #expect("\(try #require(error))".contains(member))
    }
  }
}
