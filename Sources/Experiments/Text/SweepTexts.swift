import DataFiles
import Prompts
import SandboxTasks
import TestTimeCompute
import Tokenization

/// The text tasks of a sweep in the tokens of its model: made and fitted, or read from files.
public struct SweepTexts: SweepTextSource {
  /// What stands between the checkpoint and text, in each form that a task asks for.
  private let models: [Form: TextModel]
  private let texts: [Reading: [EncodedPrompt]]
  /// The names of the forms in which tasks are asked.
  public var forms: [String] { Set(models.values.map(\.template.name)).sorted() }

  /// In which form a task is asked.
  private struct Form: Hashable {
    let isPlain: Bool
    let promptTemplate: String?

    init(_ text: SweepText) { (isPlain, promptTemplate) = (text.isPlain, text.promptTemplate) }
  }

  /// The texts of a file as a model reads them.
  private struct Reading: Hashable {
    var file: String
    var form: Form
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
    var texts: [Reading: [EncodedPrompt]] = [:]
    for task in spec.tasks {
      guard let text = task.text else { continue }
      for length in spec.lengths {
        guard let file = text.file(length: length) else { continue }
        let reading = Reading(file: file, form: Form(text))
        guard let model = models[reading.form] else { continue }
        let read = try texts[reading] ?? Self.read(reading, model, spec.count)
        let tokens = TextLength.mean(read.map(\.length))
        guard tokens == length else {
          throw TextMethodError.otherLength(file: file, tokens: tokens, length: length)
        }
        texts[reading] = read
        if !files.contains(file) { files.append(file) }
      }
    }
    self.texts = texts
    self.files = files
  }

  /// The first `count` texts of a file, numbered by their lines.
  private static func read(
    _ reading: Reading, _ model: TextModel, _ count: Int
  ) throws -> [EncodedPrompt] {
    let prompts = try TextPrompt.read(reading.file, limit: count)
    guard prompts.count == count else {
      throw TextMethodError.tooFew(file: reading.file, lines: prompts.count, count: count)
    }
    return try prompts.enumerated().map { index, prompt in
      var prompt = prompt
      prompt.index = index
      return try EncodedPrompt(prompt, model, file: reading.file)
    }
  }

  public func instance(
    _ cell: SweepPlan.Cell, index: Int, _ spec: SweepSpec
  ) throws -> SweepInstance {
    guard let text = cell.task.text else { throw SweepError.noTexts(task: cell.task.label) }
    guard let model = models[Form(text)] else {
      preconditionFailure("a task's form is not one of the spec's")
    }
    let file = text.file(length: cell.length)
    let encoded: EncodedPrompt
    if let file, let read = texts[Reading(file: file, form: Form(text))]?[index] {
      encoded = read
    } else {
      encoded = try EncodedPrompt(
        made(cell, index, spec, model), model, file: file ?? cell.task.label)
    }
    let prompt = encoded.prompt
    if let file, let family = prompt.family, family != cell.settings.family {
      throw TextMethodError.otherTask(
        file: file, index: index, task: family, asked: cell.settings.family)
    }
    let answer = OpenAnswer(limit: text.answerTokens, ends: model.ends)
    return SweepInstance(
      instance: try encoded.instance(cell.length, file: file ?? cell.task.label),
      problem: encoded.problem,
      answers: encoded.answers(answer, model),
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
    let task = SandboxTextTask(generator, index: index)
    let fitted = try TextFitting(model.tokenizer, frame: PromptFrame(model.template)).fit(
      task, length: cell.length)
    return TextPrompt(fitted.item, index: index, source: task.source(size: fitted.size))
  }
}
