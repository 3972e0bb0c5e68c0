import DataFiles
import Foundation
import Prompts
import TestSupport
import Testing
import TextSupport

/// What ends an answer is what a checkpoint's own files name.
@Suite struct EndTokenTests {
  /// A copy of the fixture with files changed; nil takes a file away.
  private func model(
    _ files: [String: String?], plain: Bool = false, template: String? = nil
  ) throws -> TextModel {
    let temporary = try TemporaryFolder()
    let folder = temporary.url.appendingPathComponent("model")
    try FileManager.default.copyItem(
      at: URL(fileURLWithPath: try TextFixture.folder()), to: folder)
    for (name, text) in files {
      let file = folder.appendingPathComponent(name)
      if let text {
        try Data(text.utf8).write(to: file)
      } else {
        try FileManager.default.removeItem(at: file)
      }
    }
    return try TextModel(
      folder.path, vocabulary: 1008, isPlain: plain,
      promptTemplate: template.map { folder.appendingPathComponent($0).path })
  }

  private let bare: String? = "{}"

  @Test func everyFileIsAsked() throws {
    let config = try String(contentsOfFile: TextFixture.folder() + "/config.json", encoding: .utf8)
    func with(_ ends: String) -> String {
      config.replacing("\"eos_token_id\": null", with: "\"eos_token_id\": \(ends)")
    }
    #expect(try model(["tokenizer_config.json": bare]).turnEnds == [])
    #expect(try model(["tokenizer_config.json": bare, "config.json": with("7")]).turnEnds == [7])
    #expect(
      try model([
        "tokenizer_config.json": bare, "config.json": with("[7, 8]"),
        "generation_config.json": "{\"eos_token_id\": [9]}",
      ]).turnEnds == [7, 8, 9])
    #expect(
      try model([
        "tokenizer_config.json": "{\"eos_token\": {\"content\": \"<|endoftext|>\"}}"
      ]).turnEnds.count == 1)
    let own = try TextFixture.text()
    #expect(own.turnEnds == [try #require(own.tokenizer.token(named: "<|im_end|>"))])
    #expect(own.ends.isSuperset(of: own.turnEnds))
  }

  /// Files may name the end of a text alone, and the template ends turns with another token.
  @Test func theTemplateEndsTurns() throws {
    let chat = try model([
      "tokenizer_config.json": "{\"eos_token\": \"<|endoftext|>\"}",
      "chat_template.jinja":
        "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}"
        + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
    ])
    let ends = ["<|endoftext|>", "<|im_end|>"].compactMap(chat.tokenizer.token(named:))
    #expect(ends.count == 2 && chat.turnEnds == Set(ends) && chat.template.name == "chatml")
  }

  @Test func whatTheModelDoesNotHaveIsNamed() throws {
    func message(_ files: [String: String?]) -> String {
      do {
        _ = try model(files)
        return "no error"
      } catch {
        return "\(error)"
      }
    }
    for (name, text, word) in [
      ("generation_config.json", "{\"eos_token_id\": 1008}", "eos_token_id is 1008"),
      ("generation_config.json", "{\"eos_token_id\": \"</s>\"}", "eos_token_id must be"),
      ("generation_config.json", "{\"eos_token_id\": [-1]}", "eos_token_id[0] must be"),
      ("tokenizer_config.json", "{\"eos_token\": \"</s>\"}", "eos_token is \"</s>\""),
      ("tokenizer_config.json", "{\"eos_token\": 3}", "eos_token must be"),
    ] {
      let found = message([name: text])
      #expect(found.contains(word) && found.contains(name), "\(found)")
    }
  }

  @Test func unknownTemplatesAreRefusedUnlessTheFormIsSaid() throws {
    let unknown: [String: String?] = ["chat_template.jinja": "USER: {{ messages[0].content }} BOT:"]
    #expect(throws: (any Error).self) { try model(unknown) }
    #expect(try model(unknown, plain: true).template == .plain)
    let files = unknown.merging(["p.txt": "USER: {user} BOT:"]) { $1 }
    let said = try model(files, template: "p.txt")
    #expect(said.template.name == "file" && said.template.frame() == ("USER: ", " BOT:"))
    #expect(said.turnEnds == (try TextFixture.text().turnEnds))
  }

  /// A template that takes white space away does so from what is read, and places go with it.
  @Test func promptsAreTrimmedAsTheTemplateDoes() throws {
    let json =
      "{\"index\":0,\"input\":\" \\n Kettle: blue.\\nWhich?\\n \",\"outputs\":[\"blue\"],"
      + "\"gold\":[{\"hop\":0,\"span\":[3,16],\"value\":[11,15]}]}"
    let prompt = try TextFixture.prompt(json)
    func encoded(_ trims: String) throws -> EncodedPrompt {
      let model = try model([
        "chat_template.jinja":
          "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content\(trims) + "
          + "'<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}"
          + "{{ '<|im_start|>assistant\\n' }}{% endif %}"
      ])
      let encoded = try EncodedPrompt(prompt, model, file: "f")
      let text = model.tokenizer.decode(encoded.context + encoded.directPrompt)
      #expect(text.contains("user\n \n Kettle") == trims.isEmpty, "\(text)")
      let value = try #require(encoded.gold.first?.value)
      #expect(model.tokenizer.decode(encoded.context[value]).contains("blue"))
      return encoded
    }
    let (whole, trimmed) = (try encoded(""), try encoded(" | trim"))
    #expect(whole.length > trimmed.length)
    #expect(trimmed.prompt.input == "Kettle: blue.\nWhich?")
  }
}
