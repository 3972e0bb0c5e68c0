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
  /// A text without the place of its answer.
  case noGold(file: String, index: Int)
  /// A file whose lines cannot be probed together.
  case span(file: String, index: Int, tokens: Int, span: Int)
  /// A file with fewer texts than are asked for.
  case tooFew(file: String, lines: Int, count: Int)
  /// A text that was fitted to another length than that of its cell.
  case otherLength(file: String, index: Int, tokens: Int, length: Int)
  /// Training that costs less than what a thought without tokens does.
  case noThought(file: String, index: Int, steps: Int)
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
    case .noGold(let file, let index):
      "\(file): item \(index) does not tell where its answer is, so that no target mass can be "
        + "measured; 'dilution think' scores answers without it"
    case .span(let file, let index, let tokens, let span):
      "\(file): item \(index) has \(tokens) tokens before its question, too few for a span of \(span) "
        + "and the token behind it; give a smaller --span-length"
    case .tooFew(let file, let lines, let count):
      "\(file) holds \(lines) texts, and the spec's count asks for \(count); write more with 'dilution "
        + "generate', or lower count"
    case .otherLength(let file, let index, let tokens, let length):
      "\(file): the text of item \(index) was fitted to \(tokens) tokens, and the spec reads it at "
        + "length \(length); name files of the spec's lengths"
    case .noThought(let file, let index, let steps):
      "\(file): at item \(index), training of \(steps) steps costs less than the tokens that close a thought; give more "
        + "--steps, or leave thinking out of --methods"
    case .cutShort(let question, let limit, let tokens, let span):
      "\(question), cut to \(limit) tokens, has \(tokens) before its question, too few for a span of \(span) "
        + "and the token behind it; give a greater --context-tokens, or a smaller --span-length"
    case .tooLong(let question): question.description
    }
  }
}
