import DataFiles
import Testing
import Tokenization

@Suite struct ChatTemplateTests {
  @Test func conversationsReadAsTransformersRendersThem() throws {
    let goldens = try #require(JSONValue.read(Goldens.path("chat")).elements)
    let tokenizers = [
      "qwen3": try Goldens.tokenizer("qwen"), "llama3": try Goldens.tokenizer("llama3"),
    ]
    #expect(goldens.count > 80)
    for golden in goldens {
      let name = try #require(golden["template"]?.string)
      let template = try #require(ChatTemplate(rawValue: name))
      let messages = try #require(golden["messages"]?.elements).map { message in
        let role = try #require(message.elements?.first?.string)
        let content = try #require(message.elements?.last?.string)
        return ChatMessage(try #require(ChatMessage.Role(rawValue: role)), content)
      }
      let text = template.text(
        messages, addsGenerationPrompt: try #require(golden["generation"]?.bool as Bool?),
        thinks: try #require(golden["thinks"]?.bool as Bool?))
      #expect(text == golden["text"]?.string, "\(name) \(messages)")
      let tokens = try #require(tokenizers[name]).encode(text, addsSpecialTokens: false).tokens
      #expect(tokens.map(Int.init) == golden["ids"]?.ints, "\(name) \(messages)")
    }
  }

  @Test func framesSurroundTheOnlyMessage() {
    for template in ChatTemplate.allCases {
      for thinks in [true, false] {
        for system in [nil, "Be brief."] {
          let frame = template.frame(system: system, thinks: thinks)
          let messages =
            (system.map { [ChatMessage(.system, $0)] } ?? []) + [ChatMessage(.user, "Why?")]
          #expect(
            frame.before + "Why?" + frame.after == template.text(messages, thinks: thinks))
        }
      }
    }
    #expect(ChatTemplate.plain.frame() == ("", ""))
  }

  @Test func switchesStandAtTheEndOfTheMessage() {
    #expect(ChatMessage.user("Why?", thinks: true) == ChatMessage(.user, "Why? /think"))
    #expect(ChatMessage.user("Why?", thinks: false) == ChatMessage(.user, "Why? /no_think"))
  }

  @Test func thoughtsArePartedFromAnswers() {
    #expect(ChatTemplate.parts(of: "<think>\na b\n</think>\n\nFour.") == ("a b", "Four."))
    #expect(ChatTemplate.parts(of: "a b\n</think>\n\nFour.\n") == ("a b", "Four."))
    #expect(ChatTemplate.parts(of: "<think>\na b") == ("a b", ""))
    #expect(ChatTemplate.parts(of: " Four. ") == (nil, "Four."))
  }
}
