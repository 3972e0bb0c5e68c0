import ArgumentParsing
import DataFiles
import SandboxTasks
import TextTasks
import Tokenization

/// The forms in which `generate` writes instances.
enum GenerateFormat: String, CaseIterable, Sendable {
  case sandbox
  case ruler
  /// English text, fitted to a number of tokens.
  case text
}

/// The options of text that is fitted to a tokenizer.
enum TextOptions {
  static let tokenizer = Option.optional(
    "tokenizer", .file("json").shown(as: "PATH"),
    help: "A tokenizer.json, or the folder of a checkpoint that has one.")

  static let template = Option.defaulted(
    "template", .choice.shown(as: "TEMPLATE"), to: ChatTemplate.plain,
    help: "What stands around the prompt and counts, like the beginning of the answer: nothing, or "
      + "a family's form of conversation. Choose that in which the model will be asked: 'probe', "
      + "'think', 'benchmark' and 'sweep' use the model's own unless they are told to be plain.")

  static let thinking = Option.flag(
    "no-think",
    help: "With --template qwen3: end the prompt with an empty thought. The other commands ask so, "
      + "and it is always done; earlier versions had to be told.")

  static let group = OptionGroup("Options of --format text", [tokenizer, template, thinking])

  /// Whether the options go together.
  static func check(_ arguments: Arguments, isText: Bool) throws(ArgumentError) {
    if isText {
      guard arguments[tokenizer] != nil else {
        throw .rule("--format text needs --tokenizer, the tokenizer whose tokens are counted.")
      }
      if arguments[thinking], arguments[template] != .qwen3 {
        throw .rule("--no-think is for --template qwen3, which alone marks thoughts.")
      }
      return
    }
    let given = [
      (arguments.isGiven(tokenizer), "--tokenizer"), (arguments.isGiven(template), "--template"),
      (arguments[thinking], "--no-think"),
    ]
    if let (_, flag) = given.first(where: \.0) {
      throw .rule("\(flag) is an option of --format text.")
    }
  }

  /// What makes the lines.
  ///
  /// - Throws: `ArgumentError`, and what reading the tokenizer throws.
  static func texts(_ arguments: Arguments) throws -> FittedTexts {
    let file = Tokenizer.file(arguments[tokenizer] ?? "")
    let frame = PromptFrame(arguments[template])
    let fitting = TextFitting(try Tokenizer(path: file), frame: frame)
    let name = TokenizerName(file: file, hash: try SHA256.hex(ofFile: file))
    if [.transactionLog, .codeBug].contains(arguments[TaskOptions.task]) {
      let items = try LineOptions.items(arguments)
      return FittedTexts(fitting: fitting, tokenizer: name) { index in
        let (task, record) = try items(index)
        return (task, { record($0).source })
      }
    }
    // The settings' own length counts the sandbox's words, and is not used.
    let settings = try TaskOptions.settings(arguments, length: TaskSettings.lengthLimit)
    let generator = try TaskGenerator(
      settings, seed: arguments.seed(), split: arguments[TaskOptions.split])
    return FittedTexts(fitting: fitting, tokenizer: name) { index in
      let task = SandboxTextTask(generator, index: index)
      return (task, { task.source(size: $0).value })
    }
  }
}

/// Makes the lines of files of fitted text.
struct FittedTexts: Sendable {
  let fitting: TextFitting
  let tokenizer: TokenizerName
  /// Item number `index`, and what it is made of at a size.
  let task: @Sendable (_ index: Int) throws -> (any TextTask, source: (_ size: Int) -> JSONValue)

  /// An item as a line.
  ///
  /// - Throws: `ArgumentError.rule` for a length that the item cannot have.
  func line(_ index: Int, length: Int) throws -> [UInt8] {
    let (task, source) = try task(index)
    do throws(TextFittingError) {
      let fitted = try fitting.fit(task, length: length)
      return TextRecord(
        fitted, index: index, frame: fitting.frame, tokenizer: tokenizer,
        source: source(fitted.size)
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
