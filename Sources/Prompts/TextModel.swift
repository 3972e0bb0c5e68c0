import DataFiles
import Tokenization

/// What stands between a checkpoint and text: its tokenizer, its chat template, and what ends an answer.
public struct TextModel: Sendable {
  /// The tokenizer.
  public let tokenizer: Tokenizer
  /// Its file, by which texts that were fitted to another one are recognised.
  public let tokenizerName: TokenizerName
  /// The form in which it reads conversations.
  public let template: ChatForm
  /// The tokens that end an answer: those that end a turn, and those that hold a line feed.
  public let ends: Set<Int32>
  /// Those that end a turn.
  public let turnEnds: Set<Int32>
  /// The token that ends a thought.
  public let endOfThought: Int32?

  /// The tokenizer of a checkpoint's folder.
  ///
  /// - Parameters:
  ///   - vocabulary: the number of the model's tokens.
  ///   - isPlain: whether the model is to continue text, whatever template it brings.
  ///   - promptTemplate: a file that says what stands around a prompt, in place of the template.
  /// - Throws: `TextMethodError`, `ChatFormError`, `FileSystemError`, `JSONError`.
  public init(
    _ folder: String, vocabulary: Int, isPlain: Bool = false, promptTemplate: String? = nil
  ) throws {
    let file = Tokenizer.file(folder)
    guard FileSystem.exists(file) else { throw TextMethodError.noTokenizer(folder: folder) }
    let tokenizer = try Tokenizer(path: file)
    guard tokenizer.vocabularySize <= vocabulary else {
      throw TextMethodError.foreignTokenizer(
        file: file, tokens: tokenizer.vocabularySize, vocabulary: vocabulary)
    }
    self.tokenizer = tokenizer
    tokenizerName = TokenizerName(file: file, hash: try SHA256.hex(ofFile: file))
    if let promptTemplate {
      template = try ChatForm(promptTemplate: promptTemplate)
    } else {
      template = isPlain ? .plain : try ChatForm.detect(folder: folder) ?? .plain
    }
    turnEnds = try EndTokens.read(folder, tokenizer, template, vocabulary: vocabulary)
    var ends = turnEnds
    for token in 0..<Int32(tokenizer.vocabularySize) {
      if tokenizer.decode([token]).contains(where: \.isNewline) { ends.insert(token) }
    }
    self.ends = ends
    endOfThought = template.marksThoughts ? tokenizer.token(named: "</think>") : nil
  }

  /// What a thought opens with, what follows an end of thought that the model wrote, and what ends one
  /// that it did not end.
  var thinking: (opening: String, afterEnd: String, closing: String) {
    template.marksThoughts
      ? (template.opensThought ? "" : "<think>\n", "\n\n", "\n</think>\n\n")
      : ("Let us think step by step. ", "\n\n", "\n\n")
  }

  func tokens(_ text: String) -> [Int32] {
    tokenizer.encode(text, addsSpecialTokens: false).tokens
  }
}
