import DataFiles
import Experiments
import SandboxTasks
import TestTimeCompute
import TextTasks
import Tokenization

/// The text tasks of a sweep in the tokens of its model: made and fitted, or read from files.
public struct SweepTexts: SweepTextSource {
  /// What stands between the checkpoint and text, in each form that a task asks for.
  private let models: [Form: TextModel]
  private let prompts: [String: [TextPrompt]]
  /// The names of the forms in which tasks are asked.
  public var forms: [String] { Set(models.values.map(\.template.name)).sorted() }

  /// In which form a task is asked.
  private struct Form: Hashable {
    let isPlain: Bool
    let promptTemplate: String?

    init(_ text: SweepText) { (isPlain, promptTemplate) = (text.isPlain, text.promptTemplate) }
  }

  /// What the instances depend on beside the checkpoint: tokenizer, chat template, and files of text.
  public let files: [String]

  /// Whether a spec has tasks as text.
  public static func areNeeded(_ spec: SweepSpec) -> Bool {
    spec.tasks.contains { $0.text != nil }
  }

  /// Reads the tokenizer of the spec's model and the spec's files of text.
  ///
  /// - Parameter vocabulary: the number of the model's tokens.
  /// - Throws: `TextMethodError`, `FileSystemError`, `JSONError`.
  public init(_ spec: SweepSpec, vocabulary: Int) throws {
    var models: [Form: TextModel] = [:]
    for text in spec.tasks.compactMap(\.text) where models[Form(text)] == nil {
      models[Form(text)] = try TextModel(
        spec.model, vocabulary: vocabulary, isPlain: text.isPlain,
        promptTemplate: text.promptTemplate)
    }
    self.models = models
    let folder = spec.model.hasSuffix("/") ? spec.model : spec.model + "/"
    var files = [Tokenizer.file(spec.model)]
    files += [
      "chat_template.jinja", "generation_config.json", "special_tokens_map.json",
      "tokenizer_config.json",
    ].map { folder + $0 }.filter(FileSystem.exists)
    files += Set(spec.tasks.compactMap(\.text?.promptTemplate)).sorted()
    var prompts: [String: [TextPrompt]] = [:]
    for task in spec.tasks {
      for length in spec.lengths {
        guard let file = task.text?.file(length: length), prompts[file] == nil else { continue }
        let read = try TextPrompt.read(file, limit: spec.count)
        guard read.count == spec.count else {
          throw TextMethodError.tooFew(file: file, lines: read.count, count: spec.count)
        }
        for (index, prompt) in read.enumerated() {
          guard let fitted = prompt.fittedLength, fitted != length else { continue }
          throw TextMethodError.otherLength(
            file: file, index: index, tokens: fitted, length: length)
        }
        prompts[file] = read
        files.append(file)
      }
    }
    self.prompts = prompts
    self.files = files
  }

  public func instance(
    _ cell: SweepPlan.Cell, index: Int, _ spec: SweepSpec
  ) throws -> SweepInstance {
    guard let text = cell.task.text else { throw SweepError.noTexts(task: cell.task.label) }
    guard let model = models[Form(text)] else {
      preconditionFailure("a task's form is not one of the spec's")
    }
    let file = text.file(length: cell.length)
    let prompt: TextPrompt
    if let file, var read = prompts[file]?[index] {
      read.index = index
      prompt = read
    } else {
      prompt = try made(cell, index, spec, model)
    }
    let encoded = try EncodedPrompt(prompt, model, file: file ?? cell.task.label)
    let answer = OpenAnswer(limit: text.answerTokens, ends: model.ends)
    return SweepInstance(
      instance: try encoded.instance(cell.length, file: file ?? cell.task.label),
      problem: encoded.problem,
      answers: AnswerForm(
        direct: answer,
        thinking: { tokens, _, sampler in
          encoded.thinking(tokens, model, answer, sampler: sampler)
        }),
      isRight: {
        prompt.score(model.tokenizer.decode($0, skipsSpecialTokens: true)) == 1
      })
  }

  /// An instance of the cell's task in English, fitted to the cell's length.
  private func made(
    _ cell: SweepPlan.Cell, _ index: Int, _ spec: SweepSpec, _ model: TextModel
  ) throws -> TextPrompt {
    // The settings' own length counts the sandbox's words, and is not used.
    let generator = try TaskGenerator(
      cell.task.settings(length: TaskSettings.lengthLimit), seed: spec.seed, split: spec.split)
    let (before, after) = model.template.frame(thinks: false)
    let frame = PromptFrame(
      before: before, after: after, addsSpecialTokens: model.template.addsSpecialTokens)
    var task: any TextTask = SandboxTextTask(generator, index: index)
    // Behind a template's line feeds an answer begins without its space.
    if after.last?.isWhitespace == true { task = TrimmedAnswers(task: task) }
    let fitted = try TextFitting(model.tokenizer, frame: frame).fit(task, length: cell.length)
    return TextPrompt(fitted, cell, index: index, spec)
  }
}

/// A task whose answers begin without white space.
private struct TrimmedAnswers: TextTask {
  let task: any TextTask
  var sizes: ClosedRange<Int> { task.sizes }
  var takesPadding: Bool { task.takesPadding }

  func item(size: Int, padding: String) -> TextItem {
    var item = task.item(size: size, padding: padding)
    item.answerPrefix = String(item.answerPrefix.drop(while: \.isWhitespace))
    return item
  }
}

extension TextPrompt {
  fileprivate init(
    _ fitted: FittedText, _ cell: SweepPlan.Cell, index: Int, _ spec: SweepSpec
  ) {
    let item = fitted.item
    self.init(
      index: index, input: item.prompt, questionStart: item.question.lowerBound,
      outputs: item.outputs, answerPrefix: item.answerPrefix, answer: item.answer,
      gold: item.gold, fittedLength: cell.length, family: cell.settings.family, seed: spec.seed,
      split: spec.split)
  }
}
