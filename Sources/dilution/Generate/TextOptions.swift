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
      + "ask so, and it is always done; earlier versions had to be told.")

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

  /// What makes the lines.
  ///
  /// - Throws: `ArgumentError`, and what reading the tokenizer throws.
  static func texts(_ arguments: Arguments) throws -> FittedTexts {
    let file = Tokenizer.file(arguments[tokenizer] ?? "")
    let frame = PromptFrame(try form(arguments))
    let fitting = TextFitting(try Tokenizer(path: file), frame: frame)
    let name = TokenizerName(file: file, hash: try SHA256.hex(ofFile: file))
    if arguments[TaskOptions.task].hasPaperText {
      return FittedTexts(
        fitting: fitting, tokenizer: name, task: try LineOptions.items(arguments))
    }
    // The settings' own length counts the sandbox's words, and is not used.
    let settings = try TaskOptions.settings(arguments, length: TaskSettings.lengthLimit)
    let generator = try TaskGenerator(
      settings, seed: arguments.seed(), split: arguments[TaskOptions.split])
    return FittedTexts(fitting: fitting, tokenizer: name) {
      SandboxTextTask(generator, index: $0)
    }
  }
}

/// Makes the lines of files of fitted text.
struct FittedTexts: Sendable {
  let fitting: TextFitting
  let tokenizer: TokenizerName
  /// Item number `index`.
  let task: @Sendable (_ index: Int) throws -> any TextTask

  /// An item as a line.
  ///
  /// - Throws: `ArgumentError.rule` for a length that the item cannot have.
  func line(_ index: Int, length: Int) throws -> [UInt8] {
    let task = try task(index)
    do throws(TextFittingError) {
      let fitted = try fitting.fit(task, length: length)
      return TextPrompt(
        fitted, index: index, frame: fitting.frame, tokenizer: tokenizer,
        source: task.source(size: fitted.size)
      ).line()
    } catch {
      switch error {
      case .tooShort(_, let least):
        throw ArgumentError.rule(
          "--length must be at least \(least) for item \(index) with these settings, not \(length)."
        )
      case .haystackTooSmall(_, let most):
        throw ArgumentError.rule(
          "--length must be at most \(most) for item \(index) with these settings, not \(length).")
      }
    }
  }
}
