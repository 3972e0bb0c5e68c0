import DataFiles
import Prompts
import SandboxTasks
import Testing
import Tokenization

@Suite struct SandboxTokenizerTests {
  @Test func itsTokensAreTheVocabularysOwn() throws {
    let files = WordTokenizerFiles.sandbox
    let tokenizer = try Tokenizer(
      JSONValue.parse(files.tokenizer.text(indentation: 2)), file: "tokenizer.json")
    let vocabulary = Vocabulary.sandbox
    #expect(tokenizer.vocabularySize == vocabulary.count)
    for shape in TextFittingTests.shapes {
      let instance = try TaskGenerator(TaskSettings(shape, length: 300), seed: 3).instance(0)
      let tokens = instance.context + instance.question + instance.answer
      let text = vocabulary.text(of: tokens)
      #expect(tokenizer.encode(text).tokens == tokens)
      #expect(tokenizer.decode(tokens) == text)
    }
    #expect(tokenizer.encode("amber unheard").tokens == [32, 21])
    #expect(tokenizer.decode([32, 20], skipsSpecialTokens: true) == "amber")
  }

  @Test(arguments: ["sandbox-facts", "sandbox-facts-narrow", "sandbox-hops"])
  func shippedCheckpointsBringIt(_ name: String) throws {
    let folder = "\(#filePath)".split(separator: "/").dropLast(3).joined(separator: "/")
    let path = "/\(folder)/Models/\(name)"
    #expect(try JSONValue.read(path + "/tokenizer.json") == WordTokenizerFiles.sandbox.tokenizer)
    #expect(
      try JSONValue.read(path + "/tokenizer_config.json")
        == WordTokenizerFiles.sandbox.configuration)
  }
}
