import DataFiles
import TestSupport
import Testing

@testable import Tokenization

/// `Tests/Peers/make_chat_forms.py` records what transformers renders.
@Suite struct ChatFormTests {
  private func goldens() throws -> JSONValue { try JSONValue.read(Goldens.path("chat-forms")) }

  /// The special tokens of a golden.
  private func tokens(_ golden: JSONValue) throws -> [(name: String, text: String)] {
    try #require(golden["tokens"]?.members).map { ($0.key, try #require($0.value.string)) }
  }

  private func text(_ golden: JSONValue, _ place: Int) throws -> String {
    try #require(golden["texts"]?.elements?[place]["text"]?.string)
  }

  @Test func conversationsReadAsTransformersRendersThem() throws {
    let forms = try #require(goldens()["forms"]?.elements)
    #expect(forms.count >= 20)
    for golden in forms {
      let name = try #require(golden["name"]?.string)
      let renderer = ChatRenderer(
        template: try JinjaTemplate(try #require(golden["template"]?.string)),
        tokens: try tokens(golden))
      for conversation in try #require(golden["texts"]?.elements) {
        let messages = try #require(conversation["messages"]?.elements).map { message in
          ChatMessage(
            try #require(ChatMessage.Role(rawValue: message.elements?.first?.string ?? "")),
            try #require(message.elements?.last?.string))
        }
        let text = try? renderer.text(
          messages, asksForAnswer: try #require(conversation["generation"]?.bool as Bool?),
          thinks: try #require(conversation["thinks"]?.bool as Bool?))
        #expect(text == conversation["text"]?.string, "\(name) \(messages)")
      }
    }
  }

  /// The first four texts of a golden are the user's only message, the first with and the second
  /// without thoughts.
  @Test func framesSurroundTheOnlyMessage() throws {
    for golden in try #require(goldens()["forms"]?.elements) {
      let name = try #require(golden["name"]?.string)
      let template = try #require(golden["template"]?.string)
      guard let family = golden["family"]?.string else {
        #expect(throws: ChatFormError.self, "\(name)") {
          try ChatForm(template: template, tokens: tokens(golden), file: "f")
        }
        continue
      }
      let form = try ChatForm(template: template, tokens: tokens(golden), file: "f")
      #expect(form.name == family, "\(name)")
      let (thinking, direct) = (form.frame(), form.frame(thinks: false))
      let prompt = "Where is the kettle?"
      #expect(thinking.before + prompt + thinking.after == (try text(golden, 0)), "\(name)")
      let whole = direct.before + prompt + direct.after
      // A thought that the template would have begun is closed; nothing else is added.
      let own = try text(golden, 1)
      #expect(whole.hasPrefix(own), "\(name)")
      let closed = ["deepseek-r1", "qwen3-thinking", "deepseek-r1-first"].contains(name)
      #expect((whole != own) == closed, "\(name)")
      #expect(form.marksThoughts == (closed || name == "qwen3"), "\(name)")
      if form.marksThoughts {
        #expect(direct.after.hasSuffix("<think>\n\n</think>\n\n"), "\(name)")
      }
      #expect(form.opensThought == (closed && name != "deepseek-r1-first"), "\(name)")
      let trimming = ["llama2", "llama2-default", "llama3", "llama3.2", "gemma", "gemma3"]
      #expect(form.trimsPrompt == trimming.contains(name), "\(name)")
      #expect(!form.addsSpecialTokens && !form.turnEnd.isEmpty, "\(name)")
    }
  }

  @Test(arguments: [ChatForm.qwen3, .llama3])
  func formsWithoutAFileReadAsTransformersRendersThem(_ form: ChatForm) throws {
    let golden = try #require(
      goldens()["forms"]?.elements?.first { $0["name"]?.string == form.name })
    for (place, thinks) in [true, false].enumerated() {
      let (before, after) = form.frame(thinks: thinks)
      #expect(try before + "Where is the kettle?" + after == text(golden, place))
    }
    #expect(form.marksThoughts == (form.name == "qwen3"))
    #expect(!form.addsSpecialTokens && !form.opensThought && !form.trimsPrompt)
    #expect(ChatForm.plain.frame() == ("", "") && ChatForm.plain.addsSpecialTokens)
  }

  @Test func jinjaByItself() throws {
    for snippet in try #require(goldens()["snippets"]?.elements) {
      let template = try #require(snippet["template"]?.string)
      let text = try? JinjaTemplate(template).render(JinjaObject())
      #expect(text == snippet["text"]?.string, "\(template)")
    }
  }

  @Test(arguments: [
    ("{% include 'x' %}", "the statement include"),
    ("{{ messages | groupby('role') }}", "the filter groupby"),
    ("{{ strftime_now('%d') }}", "today's date"), ("{% for x in y %}", "endfor"),
    ("{{ 1", "a tag without its end"), ("{{ f(1) }}", "the function f"), ("{{ [1] }}", "a list"),
    ("{% for x in range(1048576) %}{% for y in range(9) %}{% endfor %}{% endfor %}", "million"),
    ("{{ messages[0].content * 60000 * 60000 }}", "'*'"), ("{{ 1 < 2 < 3 }}", "comparisons"),
    // Texts and lists that double with every step.
    ("{% set a='x' %}" + String(repeating: "{% set a=a+a %}", count: 40), "4 MiB"),
    ("{% set a='x' %}" + String(repeating: "{% set a=a~a %}", count: 40), "4 MiB"),
    ("{% set a='xx' %}" + String(repeating: "{% set a=a.replace('x',a) %}", count: 9), "4 MiB"),
    ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "expressions more than"),
    (String(repeating: "{% if true %}", count: 100), "nested"),
    (
      "{{ " + String(repeating: "(", count: 100) + "1" + String(repeating: ")", count: 100) + "}}",
      "nested"
    ),
    ("{{ " + String(repeating: "1 + ", count: 1000) + "1 }}", "256 deep"),
    ("{{ raise_exception('not today') }}", "says \"not today\""),
    ("{{ messages[0].content }}", "renders neither ChatML"),
    ("<|im_start|>user\n{{ messages[0].content | upper }}<|im_end|>", "renders neither"),
    ("<|im_start|>user\n<|im_end|>\n<|im_start|>assistant\n", "message that does not stand there"),
  ])
  func whatIsNotUnderstoodIsNamedWithTheRemedy(template: String, word: String) {
    do {
      _ = try ChatForm(template: template, tokens: [], file: "chat_template.jinja")
      Issue.record("no error: \(template.prefix(60))")
    } catch {
      let text = "\(error)"
      #expect(text.contains(word) && text.hasPrefix("chat_template.jinja: "), "\(text)")
      #expect(text.contains("--plain") && text.contains("--prompt-template FILE"), "\(text)")
    }
  }

  @Test func promptTemplatesSayWhatStandsAround() throws {
    let temporary = try TemporaryFolder()
    let file = temporary.file("prompt.txt")
    func form(_ text: String) throws -> ChatForm {
      try AtomicFile.write(text, to: file)
      return try ChatForm(promptTemplate: file)
    }
    let simple = try form("<s>[S]{system}[/S]{user}\nSo:\n")
    #expect(simple.frame() == ("<s>[S][/S]", "\nSo:"))
    #expect(simple.frame(thinks: false) == simple.frame())
    #expect(simple.name == "file" && !simple.addsSpecialTokens && !simple.marksThoughts)
    let thinking = try form("{user} <think>\n\n")
    #expect(thinking.frame() == ("", " <think>\n"))
    #expect(thinking.frame(thinks: false).after == " <think>\n\n</think>\n\n")
    #expect(thinking.marksThoughts && thinking.opensThought)
    for text in ["", "{system}", "{user}{user}"] {
      #expect(throws: ChatFormError.noPlace(file: file)) { try form(text) }
    }
  }

  @Test func templatesAreFoundWhereTransformersLooks() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.file("model")
    try FileSystem.createDirectory(folder)
    #expect(try ChatForm.detect(folder: folder) == nil)
    let golden = try #require(goldens()["forms"]?.elements)
    func template(_ name: String) throws -> String {
      let form = golden.first { $0["name"]?.string == name }
      return try #require(form?["template"]?.string)
    }
    func write(_ value: JSONValue) throws {
      try AtomicFile.write(value.text(), to: folder + "/tokenizer_config.json")
    }
    try write(["chat_template": .null])
    #expect(try ChatForm.detect(folder: folder) == nil)
    let zephyr: JSONValue = .init(.string(try template("zephyr")))
    let end: JSONValue = ["content": "</s>", "lstrip": false]
    try write(["chat_template": zephyr, "eos_token": end])
    #expect(try ChatForm.detect(folder: folder + "/")?.name == "zephyr")
    // The end of a turn is the tokenizer's, and without it the form is another one.
    try write(["chat_template": zephyr])
    #expect(throws: ChatFormError.self) { try ChatForm.detect(folder: folder) }
    let map: JSONValue = ["eos_token": "</s>"]
    try AtomicFile.write(map.text(), to: folder + "/special_tokens_map.json")
    #expect(try ChatForm.detect(folder: folder)?.turnEnd.hasPrefix("</s>") == true)
    try write(["chat_template": [["name": "tool_use", "template": "x"]]])
    #expect(throws: ChatFormError.self) { try ChatForm.detect(folder: folder) }
    try write(["chat_template": [["name": "default", "template": zephyr]]])
    #expect(try ChatForm.detect(folder: folder)?.name == "zephyr")
    try AtomicFile.write(template("llama2"), to: folder + "/chat_template.jinja")
    try write(["chat_template": zephyr, "bos_token": "<s>"])
    #expect(try ChatForm.detect(folder: folder)?.name == "llama2")
  }
}
