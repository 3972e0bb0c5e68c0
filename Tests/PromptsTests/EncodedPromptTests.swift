import DataFiles
import Foundation
import Prompts
import SandboxTasks
import Testing
import TextSupport

@Suite struct EncodedPromptTests {
  private func bare(_ input: String) throws -> TextPrompt {
    let escaped = input.replacing("\n", with: "\\n")
    return try TextFixture.prompt(
      "{\"index\": 0, \"input\": \"\(escaped)\", \"outputs\": [\"dune\"]}")
  }

  /// Context and question together are the tokens that transformers makes with the chat template.
  @Test func chatPromptsAgree() throws {
    let model = try TextFixture.text()
    let opening = model.tokenizer.encode("<think>\n", addsSpecialTokens: false).tokens
    for golden in try TextGolden.all() {
      let encoded = try EncodedPrompt(bare(golden.input), model, file: "t")
      let tail = golden.thinks ? encoded.thinkingPrompt : encoded.directPrompt
      #expect(encoded.context + tail == golden.tokens + (golden.thinks ? opening : []))
    }
  }

  @Test(
    arguments: [
      .keyValue, .needle(NeedleTask(keys: 3, queries: 2)), .multiHop(MultiHopTask(hops: 2)),
    ] as [TaskShape], [false, true])
  func factsAreFoundInTokens(_ shape: TaskShape, isPlain: Bool) throws {
    let model = try TextFixture.text(isPlain: isPlain)
    for prompt in try TextFixture.prompts(shape, count: 3) {
      let encoded = try EncodedPrompt(prompt, model, file: "t")
      let bytes = Array(prompt.input.utf8)
      #expect(encoded.gold.count == prompt.gold.count)
      for (fact, source) in zip(encoded.gold, prompt.gold) {
        for (tokens, range) in [(fact.span, source.span), (fact.value!, source.value!)] {
          let said = model.tokenizer.decode(encoded.context[tokens])
          let meant = String(decoding: bytes[range], as: UTF8.self)
          // The first and the last token may hold a little more.
          #expect(said.contains(meant) && said.count <= meant.count + 8, "\(said) for \(meant)")
        }
      }
      let whole = model.tokenizer.decode(encoded.context + encoded.directPrompt + encoded.answer)
      #expect(whole.contains(prompt.input) && whole.hasSuffix("."))
      let value = zip(encoded.answer, encoded.answerIsValue).filter(\.1).map(\.0)
      let values = model.tokenizer.decode(value)
      #expect(prompt.outputs.allSatisfy(values.contains))
      #expect(encoded.answerIsValue.last == false)
    }
  }

  /// Tokens are those of one tokenizer, and an answer is at least one of them.
  @Test func textsOfAnotherTokenizerAreRefused() throws {
    let model = try TextFixture.text()
    var prompt = try bare("A dune.\nWhat is it?")
    prompt.tokenizer = TokenizerName(file: "elsewhere.json", hash: model.tokenizerName.hash)
    #expect(try EncodedPrompt(prompt, model, file: "f").answer.count > 0)
    prompt.tokenizer?.hash = String(repeating: "0", count: 64)
    let fitted = try #require(prompt.tokenizer)
    let error = TextMethodError.otherTokenizer(
      file: "f", fitted: fitted, own: model.tokenizerName)
    #expect(throws: error) { try EncodedPrompt(prompt, model, file: "f") }
    #expect("\(error)".contains("elsewhere.json, 000000000000"))
  }

  @Test func whatCannotBeReadIsNamed() throws {
    let model = try TextFixture.text()
    let plain = try TextFixture.text(isPlain: true)
    let word = try bare("word")
    #expect(throws: TextMethodError.noContext(file: "f", index: 0)) {
      try EncodedPrompt(word, plain, file: "f")
    }
    // The template gives it one.
    #expect(try EncodedPrompt(word, model, file: "f").context.count > 0)
    #expect(throws: TextMethodError.self) {
      try TextModel(try TextFixture.folder(), vocabulary: 100)
    }
    #expect(throws: TextMethodError.noTokenizer(folder: "/")) {
      try TextModel("/", vocabulary: 100)
    }
  }
}
