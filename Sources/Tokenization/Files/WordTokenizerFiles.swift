import DataFiles

/// The files by which Hugging Face tokenizers and transformers read a closed list of words.
public struct WordTokenizerFiles: Sendable {
  /// The words in the order of their numbers.
  public var words: [String]
  /// What stands for words that are not in the list; one of the words.
  public var unknown: String
  /// What fills up batches.
  public var padding: String
  /// What ends an answer.
  public var end: String

  /// Files for distinct words without white space; the three others must be among them.
  public init(words: [String], unknown: String, padding: String, end: String) {
    precondition(
      [unknown, padding, end].allSatisfy(words.contains), "special words are in the list")
    self.words = words
    self.unknown = unknown
    self.padding = padding
    self.end = end
  }

  /// The contents of `tokenizer.json`: words parted by white space, one token each; decoded text is the
  /// words joined by single spaces.
  public var tokenizer: JSONValue {
    [
      "version": "1.0", "truncation": .null, "padding": .null,
      "added_tokens": JSONValue(.array([padding, end, unknown].map(added))),
      "normalizer": .null, "pre_tokenizer": ["type": "WhitespaceSplit"],
      "post_processor": .null, "decoder": .null,
      "model": [
        "type": "WordLevel",
        "vocab": JSONValue(
          .object(words.enumerated().map { JSONMember($1, JSONValue(.integer($0))) })),
        "unk_token": JSONValue(.string(unknown)),
      ],
    ]
  }

  /// The contents of `tokenizer_config.json`.
  public var configuration: JSONValue {
    [
      "tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": false,
      "unk_token": JSONValue(.string(unknown)), "pad_token": JSONValue(.string(padding)),
      "eos_token": JSONValue(.string(end)),
    ]
  }

  private func added(_ word: String) -> JSONValue {
    [
      "id": JSONValue(.integer(words.firstIndex(of: word) ?? 0)),
      "content": JSONValue(.string(word)), "single_word": false, "lstrip": false, "rstrip": false,
      "normalized": false, "special": true,
    ]
  }

  /// Writes both files into a folder.
  ///
  /// - Throws: `FileSystemError`.
  public func write(folder: String) throws {
    for (name, value) in [
      ("tokenizer.json", tokenizer), ("tokenizer_config.json", configuration),
    ] {
      try AtomicFile.write(try value.text(indentation: 2) + "\n", to: FileSystem.path(folder, name))
    }
  }
}
