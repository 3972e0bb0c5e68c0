import SandboxTasks
import Tokenization

extension WordTokenizerFiles {
  /// The 64 words that key-value, needle and multi-hop share, as a tokenizer.
  ///
  /// The vocabulary has no word for the unknown; a reserved one that no generator writes stands in.
  public static let sandbox = WordTokenizerFiles(
    words: Vocabulary.sandbox.words, unknown: "<reserved-0>", padding: "<pad>", end: "<end>")
}
