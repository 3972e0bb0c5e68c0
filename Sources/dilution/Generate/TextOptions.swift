import ArgumentParsing
import DataFiles
import Prompts
import SandboxTasks
import Tokenization

/// The forms in which `generate` writes instances.
enum GenerateFormat: String, CaseIterable, Sendable {
  case sandbox
  case ruler
  /// English text, fitted to a number of tokens.
  case text
}

/// The forms of prompts by which text is counted.
enum CountedForm: String, CaseIterable, Sendable {
  case plain
  /// That of the checkpoint beside the tokenizer.
  case model
  case qwen3
  case llama3
}

/// The options of text that is fitted to a tokenizer.
enum TextOptions {
  static let tokenizer = Option.optional(
    "tokenizer", .file("json").shown(as: "PATH"),
    help: "A tokenizer.json, or the folder of a checkpoint that has one.")

  static let template = Option.defaulted(
    "template", .choice.shown(as: "TEMPLATE"), to: CountedForm.plain,
    help:
      "What stands around the prompt and counts, like the beginning of the answer: nothing (plain), the "
      + "chat template beside the tokenizer (model), or a family's form of conversation. Where it is "
      + "not given and the tokenizer's folder has a chat template, that: 'probe', 'think', 'benchmark' "
      + "and 'sweep' use it too unless they are given --plain or --prompt-template.")

  static let thinking = Option.flag(
    "no-think",
    help:
      "With --template qwen3 or model: end the prompt with an empty thought. The other commands "
      + "ask so, and it is always done; earlier versions needed the option.")

  static let group = OptionGroup(
    "Options of --format text", [tokenizer, template, PromptOptions.file, thinking])

  /// Whether the options go together.
  static func check(_ arguments: Arguments, isText: Bool) throws(ArgumentError) {
    if isText {
      guard arguments[tokenizer] != nil else {
        throw .rule("--format text needs --tokenizer, the tokenizer whose tokens are counted.")
      }
      if arguments.isGiven(template), arguments[PromptOptions.file] != nil {
        throw .rule("--template and --prompt-template exclude each other; give one.")
      }
      if arguments[thinking], ![.qwen3, .model].contains(arguments[template]) {
        throw .rule("--no-think is for --template qwen3 or model, which mark thoughts.")
      }
      return
    }
    if let flag = arguments.firstGiven([tokenizer, template, thinking, PromptOptions.file]) {
      throw .rule("\(flag) is an option of --format text.")
    }
  }

  /// The form of prompts that the options ask for.
  private static func form(_ arguments: Arguments) throws -> ChatForm {
    if let file = arguments[PromptOptions.file] { return try ChatForm(promptTemplate: file) }
    if !arguments.isGiven(template), let own = try ownForm(arguments) { return own }
    switch arguments[template] {
    case .plain: return .plain
    case .qwen3: return .qwen3
    case .llama3: return .llama3
    case .model:
      guard let form = try ownForm(arguments) else {
        let file = Tokenizer.file(arguments[tokenizer] ?? "")
        throw ArgumentError.rule(
          "--template model: there is no chat template beside \(file); take plain.")
      }
      return form
    }
  }

  /// The form that stands beside the tokenizer; nil where there is none.
  private static func ownForm(_ arguments: Arguments) throws -> ChatForm? {
    let file = Tokenizer.file(arguments[tokenizer] ?? "")
    let name = "tokenizer.json"
    guard file.hasSuffix(name) else { return nil }
    let folder = String(file.dropLast(name.count))
    return try ChatForm.detect(folder: folder.isEmpty ? "." : folder)
  }

  /// What makes a line of its number and length.
  ///
  /// - Throws: `ArgumentError`, and what reading the tokenizer throws; the function throws
  ///   `ArgumentError.rule` for a length that the item cannot have.
  static func texts(
    _ arguments: Arguments
  ) throws -> @Sendable (_ index: Int, _ length: Int) throws -> [UInt8] {
    let file = Tokenizer.file(arguments[tokenizer] ?? "")
    let frame = PromptFrame(try form(arguments))
    let fitting = TextFitting(try Tokenizer(path: file), frame: frame)
    let name = TokenizerName(file: file, hash: try SHA256.hex(ofFile: file))
    let items =
      arguments[TaskOptions.task].hasPaperText
      ? try LineOptions.items(arguments) : try sandboxItems(arguments)
    return { index, length in
      let task = try items(index)
      do throws(TextFittingError) {
        let fitted = try fitting.fit(task, length: length)
        return TextPrompt(
          fitted, index: index, frame: frame, tokenizer: name,
          source: task.source(size: fitted.size)
        ).line()
      } catch {
        let range =
          switch error {
          case .tooShort(_, let least): "at least \(least)"
          case .haystackTooSmall(_, let most): "at most \(most)"
          }
        throw ArgumentError.rule(
          "--length must be \(range) for item \(index) with these settings, not \(length).")
      }
    }
  }

  private static func sandboxItems(_ arguments: Arguments) throws -> LineOptions.Items {
    // The settings' own length counts the sandbox's words, and is not used.
    let settings = try TaskOptions.settings(arguments, length: TaskSettings.lengthLimit)
    let generator = try TaskGenerator(
      settings, seed: arguments.seed(), split: arguments[TaskOptions.split])
    return { SandboxTextTask(generator, index: $0) }
  }
}
