import DataFiles

/// The form in which a model reads a prompt: what stands around it, and how turns and thoughts are
/// marked.
public struct ChatForm: Sendable, Equatable {
  /// What stands before and after a prompt.
  struct Frame: Sendable, Equatable {
    var before = ""
    var after = ""
  }

  /// What results call the form: `plain`, `file`, or the family that was recognized.
  public let name: String
  let direct: Frame
  let thinking: Frame
  /// Whether the tokenizer's own special tokens are still to be added; other forms spell them out.
  public private(set) var addsSpecialTokens = false
  /// Whether the model marks its thoughts with `<think>` and `</think>`.
  public private(set) var marksThoughts = false
  /// Whether the frame of a thought ends with its beginning, so that nothing more opens it.
  public private(set) var opensThought = false
  /// What the template puts behind an assistant's message; empty where it is not known.
  public private(set) var turnEnd = ""
  /// Whether white space at the ends of a prompt is taken away.
  public private(set) var trimsPrompt = false

  /// No form at all, for models that continue text.
  public static let plain = ChatForm(
    name: "plain", direct: Frame(), thinking: Frame(), addsSpecialTokens: true)

  /// Qwen3's turns, for texts that are fitted to a tokenizer without its model.
  public static let qwen3: ChatForm = {
    let before = "<|im_start|>user\n"
    let after = "<|im_end|>\n<|im_start|>assistant\n"
    return ChatForm(
      name: "qwen3", direct: Frame(before: before, after: after + "<think>\n\n</think>\n\n"),
      thinking: Frame(before: before, after: after), marksThoughts: true)
  }()

  /// Llama 3's turns, without the dates that later releases put before them.
  public static let llama3: ChatForm = {
    let frame = Frame(
      before: "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n",
      after: "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n")
    return ChatForm(name: "llama3", direct: frame, thinking: frame)
  }()

  /// What stands before and after a prompt, with the beginning of the answer.
  ///
  /// - Parameter thinks: whether a thought comes first; if not, an empty one stands there already where
  ///   the model would begin with one by itself.
  public func frame(thinks: Bool = true) -> (before: String, after: String) {
    let frame = thinks ? thinking : direct
    return (frame.before, frame.after)
  }

}

extension ChatForm {
  /// The form of a file that says what stands around a prompt: `{user}` is the prompt, `{system}`, if
  /// there, the message of the system, which the lab's prompts do not have. Special tokens are spelled
  /// out; one line feed at the end of the file is not part of it.
  ///
  /// - Throws: `ChatFormError`, `FileSystemError`.
  public init(promptTemplate file: String) throws {
    let text = String(decoding: try FileSystem.read(file), as: UTF8.self)
    try self.init(promptTemplate: text, file: file)
  }

  /// - Parameter file: what errors call the file.
  init(promptTemplate: String, file: String) throws(ChatFormError) {
    var text = promptTemplate.replacing("\r\n", with: "\n")
    if text.unicodeScalars.last == "\n" { text.unicodeScalars.removeLast() }
    text = text.replacing("{system}", with: "")
    guard let place = text.firstRange(ofScalars: "{user}"),
      place == text.lastRange(ofScalars: "{user}")
    else { throw .noPlace(file: file) }
    let frame = Frame(
      before: String(text[..<place.lowerBound]), after: String(text[place.upperBound...]))
    self.init(name: "file", thinking: frame, marksThoughts: false, direct: frame)
  }

  /// A form whose frames show how thoughts are marked.
  ///
  /// - Parameters:
  ///   - marksThoughts: whether the model is known to mark thoughts whatever the frames show.
  ///   - direct: the frame of an answer at once, as far as the template has one.
  init(
    name: String, thinking: Frame, marksThoughts: Bool, direct: Frame, turnEnd: String = "",
    trimsPrompt: Bool = false
  ) {
    func opens(_ frame: Frame) -> Bool { frame.after.stripped(atStart: false).hasSuffix("<think>") }
    var closed = direct
    if opens(direct) {
      closed.after += (direct.after.unicodeScalars.last == "\n" ? "" : "\n") + "\n</think>\n\n"
    } else if marksThoughts, direct == thinking {
      closed.after += "<think>\n\n</think>\n\n"
    }
    self.init(
      name: name, direct: closed, thinking: thinking,
      marksThoughts: closed.after.contains("</think>") || opens(thinking),
      opensThought: opens(thinking), turnEnd: turnEnd, trimsPrompt: trimsPrompt)
  }
}

/// Why it is not known in what form a model reads prompts.
public enum ChatFormError: Error, Equatable {
  /// A checkpoint's template that is not rendered, or not one of the known families'.
  case unknown(file: String, reason: String)
  /// A file without the one place of the prompt.
  case noPlace(file: String)
}

extension ChatFormError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknown(let file, let reason):
      "\(file): the chat template is not known, because it \(legible(reason, limit: 200)); have texts continued instead "
        + "(--plain), or say what stands around them (--prompt-template FILE with {system} and {user}; "
        + "in a spec, 'plain' or 'prompt_template')"
    case .noPlace(let file):
      "\(file): a prompt template must hold {user} once, where the prompt comes; {system} may stand in it "
        + "too"
    }
  }
}
