import DataFiles

/// A message of a conversation.
public struct ChatMessage: Sendable, Equatable {
  /// Who speaks.
  public enum Role: String, CaseIterable, Sendable {
    case system
    case user
    case assistant
  }

  public var role: Role
  public var content: String

  public init(_ role: Role, _ content: String) {
    (self.role, self.content) = (role, content)
  }

  /// A user's message with one of the words by which Qwen3 is told, from that turn on, to think before
  /// it answers or not to.
  public static func user(_ content: String, thinks: Bool) -> ChatMessage {
    ChatMessage(.user, content + (thinks ? " /think" : " /no_think"))
  }
}

/// Forms of conversations that need no file: for texts that are fitted to a tokenizer without its model.
/// A checkpoint's own template is rendered as it stands; see `ChatForm`.
public enum ChatTemplate: String, CaseIterable, Sendable {
  /// No form at all: the contents, with blank lines between them, for models that continue text.
  case plain
  /// Qwen3: turns between `<|im_start|>` and `<|im_end|>`, thinking between `<think>` and `</think>`.
  case qwen3
  /// Llama 3: turns after `<|start_header_id|>role<|end_header_id|>`, closed by `<|eot_id|>`; without the
  /// dates that later releases put before the system's message.
  case llama3

  /// The text of a conversation.
  ///
  /// - Parameters:
  ///   - addsGenerationPrompt: whether the beginning of the assistant's next turn follows.
  ///   - thinks: for qwen3, whether that turn may think; if not, it begins with an empty thought, which
  ///     is what `enable_thinking=False` does.
  public func text(
    _ messages: [ChatMessage], addsGenerationPrompt: Bool = true, thinks: Bool = true
  ) -> String {
    switch self {
    case .plain: return messages.map(\.content).joined(separator: "\n\n")
    case .qwen3:
      return Self.qwen3(messages)
        + (addsGenerationPrompt ? "<|im_start|>assistant\n" : "")
        + (addsGenerationPrompt && !thinks ? "<think>\n\n</think>\n\n" : "")
    case .llama3:
      let turns = messages.map { message in
        "<|start_header_id|>\(message.role.rawValue)<|end_header_id|>\n\n"
          + message.content.trimmingSpace() + "<|eot_id|>"
      }
      return "<|begin_of_text|>" + turns.joined()
        + (addsGenerationPrompt ? "<|start_header_id|>assistant<|end_header_id|>\n\n" : "")
    }
  }

  /// Whether the tokenizer's own special tokens are still to be added to the text of a conversation.
  public var addsSpecialTokens: Bool { self == .plain }

  /// What stands before and after a user's only message, with the beginning of the answer.
  ///
  /// - Parameter system: a message of the system before it.
  public func frame(
    system: String? = nil, thinks: Bool = true
  ) -> (before: String, after: String) {
    let mark = "\u{FFFC}"
    let messages = (system.map { [ChatMessage(.system, $0)] } ?? []) + [ChatMessage(.user, mark)]
    let bytes = Array(text(messages, thinks: thinks).utf8)
    let pattern = Array(mark.utf8)
    let place = bytes.indices.last { bytes[$0...].starts(with: pattern) } ?? bytes.count
    return (
      String(decoding: bytes[..<place], as: UTF8.self),
      String(decoding: bytes[min(bytes.count, place + pattern.count)...], as: UTF8.self)
    )
  }

  /// A generated text in its thought and its answer; an unfinished thought has no answer.
  public static func parts(of generated: String) -> (thought: String?, answer: String) {
    let (open, close) = ("<think>", "</think>")
    if let end = generated.lastRange(ofScalars: close) {
      let thought = String(generated[..<end.lowerBound]).dropping(prefix: open)
      return (thought.trimmingSpace(), String(generated[end.upperBound...]).trimmingSpace())
    }
    guard let start = generated.lastRange(ofScalars: open) else {
      return (nil, generated.trimmingSpace())
    }
    return (String(generated[start.upperBound...]).trimmingSpace(), "")
  }

  // MARK: Qwen3

  private static func qwen3(_ messages: [ChatMessage]) -> String {
    let lastQuery = messages.lastIndex { $0.role == .user } ?? messages.count - 1
    var text = ""
    for (place, message) in messages.enumerated() {
      text += "<|im_start|>\(message.role.rawValue)\n"
      if message.role == .assistant {
        let isLast = place == messages.count - 1
        text += qwen3Answer(message.content, isAfterQuery: place > lastQuery, isLast: isLast)
      } else {
        text += message.content
      }
      text += "<|im_end|>\n"
    }
    return text
  }

  /// An assistant's turn: thoughts are kept in the turns after the last question and forgotten before.
  private static func qwen3Answer(
    _ content: String, isAfterQuery: Bool, isLast: Bool
  ) -> String {
    var (thought, answer) = ("", content)
    if let first = content.firstRange(ofScalars: "</think>"),
      let last = content.lastRange(ofScalars: "</think>")
    {
      thought = String(content[..<first.lowerBound]).trimming("\n", atStart: false)
      if let open = thought.lastRange(ofScalars: "<think>") {
        thought = String(thought[open.upperBound...])
      }
      thought = thought.trimming("\n", atEnd: false)
      answer = String(content[last.upperBound...]).trimming("\n", atEnd: false)
    }
    guard isAfterQuery, isLast || !thought.isEmpty else { return answer }
    return "<think>\n" + thought.trimming("\n") + "\n</think>\n\n"
      + answer.trimming("\n", atEnd: false)
  }
}

extension String {
  /// The text without white space at its ends.
  func trimmingSpace() -> String {
    let bytes = Array(utf8)
    return String(
      decoding: bytes[bytes.droppingSpace(bytes.skippingSpace(bytes.indices))], as: UTF8.self)
  }

  /// The text without a scalar at its ends, however often it stands there.
  func trimming(_ scalar: Unicode.Scalar, atStart: Bool = true, atEnd: Bool = true) -> String {
    var scalars = Substring(self).unicodeScalars
    while atStart, scalars.first == scalar { scalars.removeFirst() }
    while atEnd, scalars.last == scalar { scalars.removeLast() }
    return String(scalars)
  }

  func dropping(prefix: String) -> String {
    unicodeScalars.starts(with: prefix.unicodeScalars)
      ? String(unicodeScalars.dropFirst(prefix.unicodeScalars.count)) : self
  }

  /// The first place of a text, scalar by scalar: a mark after it would hide it from a search by
  /// characters.
  func firstRange(ofScalars text: String) -> Range<Index>? {
    let wanted = text.unicodeScalars
    return unicodeScalars.indices.lazy.compactMap { place in
      range(of: wanted, at: place)
    }.first
  }

  func lastRange(ofScalars text: String) -> Range<Index>? {
    let wanted = text.unicodeScalars
    return unicodeScalars.indices.reversed().lazy.compactMap { place in
      range(of: wanted, at: place)
    }.first
  }

  private func range(of wanted: UnicodeScalarView, at place: Index) -> Range<Index>? {
    guard unicodeScalars[place...].starts(with: wanted) else { return nil }
    return place..<unicodeScalars.index(place, offsetBy: wanted.count)
  }
}
