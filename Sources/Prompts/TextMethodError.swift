import DataFiles
import SandboxTasks

/// Why texts cannot be put to a model.
public enum TextMethodError: Error, Equatable {
  /// A file without a line.
  case noPrompts(file: String)
  /// A file of tasks in the sandbox's own tokens.
  case sandboxTasks(file: String)
  /// A folder without a tokenizer.
  case noTokenizer(folder: String)
  /// A tokenizer with tokens that the model does not have.
  case foreignTokenizer(file: String, tokens: Int, vocabulary: Int)
  /// A file of a checkpoint that names an end of texts which its tokenizer or model does not have.
  case foreignEnd(file: String, key: String, value: String, lacking: String)
  /// A text whose tokens leave nothing to read before the question.
  case noContext(file: String, index: Int)
  /// A text that was fitted to another tokenizer than the model's.
  case otherTokenizer(file: String, fitted: TokenizerName, own: TokenizerName)
  /// A text whose right answer is no token.
  case noAnswer(file: String, line: Int?, index: Int)
  /// A text without the place of its answer.
  case noGold(file: String, index: Int)
  /// A file whose lines cannot be probed together.
  case span(file: String, index: Int, tokens: Int, span: Int)
  /// A file with fewer texts than are asked for.
  case tooFew(file: String, lines: Int, count: Int)
  /// Texts of another length than that of their cell.
  case otherLength(file: String, tokens: Int, length: Int)
  /// A text of another task than that of its cell.
  case otherTask(file: String, index: Int, task: TaskFamily, asked: TaskFamily)
  /// Training that costs less than the least that a method which is matched to it does.
  case tooCheap(file: String, index: Int, steps: Int, method: String)
  /// A question of whose text a cut leaves too little to train on.
  case cutShort(question: String, limit: Int, tokens: Int, span: Int)
  /// A question that does not fit where its tokens may stand, and of which nothing more can be cut.
  case tooLong(LongQuestion)
}

extension TextMethodError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noPrompts(let file):
      "\(file) holds no line; write some with 'dilution generate --format ruler'"
    case .sandboxTasks(let file):
      "\(file) holds tasks in the sandbox's own tokens, and text is wanted here; write some with "
        + "'dilution generate --format text' or '--format ruler'"
    case .noTokenizer(let folder):
      "\(folder) has no tokenizer.json, which tasks as text need; put the model's own beside its "
        + "config.json"
    case .foreignTokenizer(let file, let tokens, let vocabulary):
      "\(file) has \(tokens) tokens, but the model's vocabulary only \(vocabulary); the two do not "
        + "belong together"
    case .foreignEnd(let file, let key, let value, let lacking):
      "\(file): \(key) is \(value), which \(lacking) does not have"
    case .noContext(let file, let index):
      "\(file): item \(index) has no text before its question, which is its last line"
    case .otherTokenizer(let file, let fitted, let own):
      "\(file) was fitted to the tokenizer \(fitted.short), and the model's own is \(own.short); fit it "
        + "to that with 'dilution generate --format text', or name the --model it was made for"
    case .noAnswer(let file, let line, let index):
      "\(line.map { "\(file):\($0)" } ?? file): the right answer of item \(index) is no token of the "
        + "model's tokenizer, so that it has no probability; give one that is, or leave the item out"
    case .noGold(let file, let index):
      "\(file): item \(index) does not say where its answer is, so that no target mass can be "
        + "measured; 'dilution think' scores answers without it"
    case .span(let file, let index, let tokens, let span):
      "\(file): item \(index) has \(tokens) tokens before its question, too few for a span of \(span) "
        + "and the token behind it; give a smaller --span-length"
    case .tooFew(let file, let lines, let count):
      "\(file) holds \(lines) texts, and the spec's count asks for \(count); write more with 'dilution "
        + "generate', or lower count"
    case .otherLength(let file, let tokens, let length):
      "\(file): the model reads \(tokens) tokens of each text, on the average, and the spec reads the file at "
        + "length \(length); fit it to that with 'dilution generate --format text' in the model's own "
        + "template, or let lengths and the file's name say \(tokens)"
    case .otherTask(let file, let index, let task, let asked):
      "\(file): item \(index) is of \(task.rawValue), and the spec asks it as \(asked.rawValue); "
        + "say task: \"\(task.rawValue)\""
    case .tooCheap(let file, let index, let steps, let method):
      "\(file): at item \(index), training of \(steps) steps costs less than the least that \(method) does; "
        + "give more --steps, or leave \(method) out of --methods"
    case .cutShort(let question, let limit, let tokens, let span):
      "\(question), cut to \(limit) tokens, has \(tokens) before its question, too few for a span of \(span) "
        + "and the token behind it; give a greater --context-tokens, or a smaller --span-length"
    case .tooLong(let question): question.description
    }
  }
}
