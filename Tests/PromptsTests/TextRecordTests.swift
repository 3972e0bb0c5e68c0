import DataFiles
import Foundation
import Prompts
import SandboxTasks
import Testing
import Tokenization

@Suite struct TextRecordTests {
  /// A tokenizer of the tests of Tokenization.
  func tokenizer(_ name: String) throws -> Tokenizer {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    return try Tokenizer(path: tests.path + "/TokenizationTests/Fixtures/\(name).json")
  }

  func record(
    _ name: String, _ template: ChatTemplate, length: Int
  ) throws -> (TextRecord, FittedText) {
    let generator = try TaskGenerator(
      TaskSettings(.multiHop(MultiHopTask(hops: 2)), length: 256), seed: 9)
    let frame = PromptFrame(ChatForm(template))
    let fitted = try TextFitting(tokenizer(name), frame: frame).fit(
      SandboxTextTask(generator, index: 4), length: length)
    return (
      TextRecord(
        fitted, index: 4, frame: frame,
        tokenizer: .init(file: "\(name).json", hash: String(repeating: "0", count: 64)),
        source: TaskSource(generator.instance(4)).value), fitted
    )
  }

  @Test(arguments: [("gpt2", ChatTemplate.plain), ("qwen", .qwen3), ("llama3", .llama3)])
  func realTokenizersAreFittedExactly(_ name: String, _ template: ChatTemplate) throws {
    let tokenizer = try tokenizer(name)
    for length in [700, 1024, 2500] {
      let (record, fitted) = try record(name, template, length: length)
      #expect(record.length == length && record.missing == 0)
      let frame = record.frame
      let text =
        frame.before + record.input + frame.after
        + (frame.beginsAnswer ? record.answerPrefix : "")
      let encoded = tokenizer.encode(text, addsSpecialTokens: frame.addsSpecialTokens)
      #expect(encoded.tokens == fitted.tokens && encoded.count == length)
      // Under these tokenizers a value and the tokens that hold it differ by a space at most.
      for (fact, tokens) in zip(record.gold, record.goldTokens) {
        let value = try #require(fact.value)
        let range = try #require(tokens.value)
        let decoded = tokenizer.decode(encoded.tokens[range])
        let written = String(decoding: Array(record.input.utf8)[value], as: UTF8.self)
        #expect(decoded.contains(written) && decoded.utf8.count <= written.utf8.count + 2)
        #expect(tokens.span.clamped(to: record.contextTokens) == tokens.span)
      }
      let question = tokenizer.decode(encoded.tokens[record.questionTokens])
      #expect(question.contains("Where do you arrive"))
    }
  }

  @Test func whatIsWrittenReadsBack() throws {
    for template in [ChatTemplate.plain, .qwen3] {
      let (written, _) = try record("qwen", template, length: 800)
      var record = written
      let line = record.line()
      #expect(line.last == UInt8(ascii: "\n"))
      #expect(try TextRecord(JSONValue.parse(line, file: "tasks"), file: "tasks") == record)
      // Letters of more than a byte before the gold spans.
      record.input = "Ünder 🙂" + record.input
      record.gold = record.gold.map { fact in
        fact.mapRanges { $0.lowerBound + 11..<$0.upperBound + 11 }
      }
      let read = try TextRecord(
        JSONValue.parse(record.line(), file: "tasks"), file: "tasks")
      #expect(read == record)
    }
  }

  @Test func damageIsNamed() throws {
    let (record, _) = try record("qwen", .plain, length: 700)
    let text = String(decoding: record.line(), as: UTF8.self)
    for (old, new, member) in [
      ("\"version\":1", "\"version\":9", "version"), ("\"length\":700", "\"length\":70", "tokens"),
      ("\"hop\":0", "\"hop\":1", "gold[0].hop"), ("\"missing\":0", "\"missing\":-1", "missing"),
      ("\"frame\":", "\"frames\":", "frame"), ("\"span\":[", "\"span\":[9999999,", "gold[0].span"),
      ("\"outputs\":[", "\"outputs\":[],\"x\":[", "outputs"),
    ] {
      let damaged = text.replacingOccurrences(of: old, with: new)
      #expect(damaged != text)
      let error = #expect(throws: JSONError.self) {
        try TextRecord(JSONValue.parse(damaged, file: "tasks"), file: "tasks")
      }
      #expect("\(try #require(error))".contains(member))
    }
  }
}
