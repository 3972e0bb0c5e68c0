/// A message of a conversation.
struct ChatMessage {
  enum Role: String {
    case system
    case user
    case assistant
  }

  let role: Role
  let content: String

  init(_ role: Role, _ content: String) {
    self.role = role
    self.content = content
  }
}

extension ChatForm.Frame {
  /// What stands before and after a user's message and begins the answer, in families whose tokens show
  /// it. ChatML, `<|im_start|>role … <|im_end|>`, has a second spelling.
  private static let turns = [
    ("chatml", "<|im_start|>user\n", "<|im_end|>", "<|im_start|>assistant\n"),
    ("chatml", "<|im_start|>user<|im_sep|>", "<|im_end|>", "<|im_start|>assistant<|im_sep|>"),
    (
      "llama3", "<|start_header_id|>user<|end_header_id|>\n\n", "<|eot_id|>",
      "<|start_header_id|>assistant<|end_header_id|>"
    ),
    ("gemma", "<start_of_turn>user\n", "<end_of_turn>", "<start_of_turn>model"),
    ("deepseek-r1", "<｜User｜>", "<｜Assistant｜>", "<｜Assistant｜>"),
  ]

  /// The family of a rendered conversation, by what stands around the user's only message, under the
  /// name that results give it; nil for an unknown one.
  ///
  /// - Parameters:
  ///   - end: the text of the token that ends a turn in families that have none of their own.
  ///   - system: the same conversation behind a message of the system; empty where there may be none.
  func family(end: String, system: String) -> String? {
    for (name, opening, closing, answer) in Self.turns
    where before.hasSuffix(opening) && after.hasPrefix(closing) && after.contains(answer) {
      return name
    }
    let opening = before.stripped(atStart: false)
    if opening.hasSuffix("<|user|>"), after.contains("<|assistant|>") {
      if after.hasPrefix("<|end|>") { return "phi-3" }
      return !end.isEmpty && after.hasPrefix(end) ? "zephyr" : nil
    }
    guard
      opening.hasSuffix("[INST]") || (opening.contains("[INST]") && opening.hasSuffix("<</SYS>>")),
      after.stripped().hasPrefix("[/INST]")
    else { return nil }
    return before.contains("<<SYS>>") || system.contains("<<SYS>>") ? "llama2" : "mistral"
  }
}

extension ChatForm {
  /// The form that a checkpoint's template renders.
  ///
  /// - Parameters:
  ///   - template: its text, in Jinja.
  ///   - tokens: the special tokens that it may name, as in `bos_token`.
  ///   - file: what errors call the file.
  /// - Throws: `ChatFormError.unknown` for a template that uses what is not understood, and for one of no
  ///   known family: how its turns end would be a guess.
  init(
    template: String, tokens: [(name: String, text: String)], file: String
  ) throws(ChatFormError) {
    do throws(JinjaError) {
      let renderer = ChatRenderer(template: try JinjaTemplate(template), tokens: tokens)
      let thinking = try renderer.frame(thinks: true)
      let direct = try renderer.frame(thinks: false)
      // Some templates take no message of the system, and some no answer last.
      let system = (try? renderer.text([.init(.system, "S"), .init(.user, "U")])) ?? ""
      let end = tokens.first { $0.name == "eos_token" }?.text ?? ""
      guard var family = thinking.family(end: end, system: system) else { throw .foreign }
      // ChatML in which `enable_thinking=False` begins the answer with an empty thought.
      if family == "chatml", direct != thinking { family = "qwen3" }
      self.init(
        name: family, thinking: thinking,
        marksThoughts: family == "deepseek-r1" && renderer.forgetsThoughts, direct: direct,
        turnEnd: renderer.turnEnd, trimsPrompt: renderer.trims)
    } catch {
      throw .unknown(file: file, reason: error.clause)
    }
  }
}

/// A template with what it is given.
struct ChatRenderer {
  let template: JinjaTemplate
  let tokens: [(name: String, text: String)]

  /// A word that no template looks for.
  private static let mark = "\u{FFFC}"

  /// A conversation, as `apply_chat_template(…, add_generation_prompt=True, enable_thinking=…)` of
  /// transformers gives it. The function for today's date is left out, so that templates name the day
  /// that they fall back to, and results do not change with the day.
  func text(
    _ messages: [ChatMessage], asksForAnswer: Bool = true, thinks: Bool = true
  ) throws(JinjaError) -> String {
    var names = JinjaObject(tokens.map { ($0.name, .string($0.text)) })
    names["messages"] = .list(
      messages.map {
        .object(
          JinjaObject([
            ("role", .string($0.role.rawValue)), ("content", .string($0.content)),
          ]))
      })
    names["add_generation_prompt"] = .bool(asksForAnswer)
    names["enable_thinking"] = .bool(thinks)
    names["tools"] = JinjaValue.none
    names["documents"] = JinjaValue.none
    return try template.render(names)
  }

  func frame(thinks: Bool) throws(JinjaError) -> ChatForm.Frame {
    let text = try text([ChatMessage(.user, Self.mark)], thinks: thinks)
    guard let place = text.firstRange(ofScalars: Self.mark),
      place == text.lastRange(ofScalars: Self.mark)
    else { throw .unsupported("a user's message that does not stand there once") }
    return ChatForm.Frame(
      before: String(text[..<place.lowerBound]), after: String(text[place.upperBound...]))
  }

  /// What follows an assistant's message; empty where the template does not say.
  var turnEnd: String {
    let messages = [ChatMessage(.user, "U"), ChatMessage(.assistant, Self.mark)]
    guard let text = try? text(messages, asksForAnswer: false),
      let place = text.lastRange(ofScalars: Self.mark)
    else { return "" }
    return String(text[place.upperBound...])
  }

  /// Whether the template leaves the thoughts of earlier turns out, as those of models that think do.
  var forgetsThoughts: Bool {
    let turn = ChatMessage(.assistant, "<think>\n\(Self.mark)\n</think>\n\nA")
    let messages = [ChatMessage(.user, "U"), turn, ChatMessage(.user, "V")]
    guard let text = try? text(messages) else { return false }
    return text.firstRange(ofScalars: Self.mark) == nil
  }

  /// Whether the template takes white space away at the ends of a user's message.
  var trims: Bool {
    guard let text = try? text([ChatMessage(.user, "\n \(Self.mark) \n")]) else { return false }
    return text.firstRange(ofScalars: "\n \(Self.mark) \n") == nil
  }
}
