import SandboxTasks
import Tokenization

extension WordTokenizerFiles {
  /// The words of the sandbox's families as a tokenizer.
  ///
  /// A vocabulary has no word for the unknown; a reserved one that no generator writes stands in.
  public init(_ vocabulary: Vocabulary) {
    self.init(
      words: vocabulary.words, unknown: "<reserved-0>", padding: "<pad>", end: "<end>")
  }

  /// The 64 words that all families share.
  public static let sandbox = WordTokenizerFiles(.sandbox)
}
