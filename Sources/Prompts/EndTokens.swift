import DataFiles
import Tokenization

/// The tokens that end a text or a turn, as a checkpoint's own files name them.
enum EndTokens {
  /// `eos_token_id` of `config.json` and `generation_config.json`, `eos_token` of
  /// `tokenizer_config.json`, and the token with which the chat template ends an assistant's turn.
  ///
  /// - Throws: `TextMethodError.foreignEnd`, `FileSystemError`, `JSONError`.
  static func read(
    _ folder: String, _ tokenizer: Tokenizer, _ form: ChatForm, vocabulary: Int
  ) throws -> Set<Int32> {
    let folder = folder.hasSuffix("/") ? folder : folder + "/"
    var ends: Set<Int32> = []
    for name in ["config.json", "generation_config.json"] where FileSystem.exists(folder + name) {
      ends.formUnion(try numbers(folder + name, vocabulary: vocabulary))
    }
    let file = folder + "tokenizer_config.json"
    if FileSystem.exists(file) {
      var reader = try JSONObjectReader(JSONValue.read(file), file: file)
      if let name = try reader.ifPresent("eos_token", { try name($1, &$0) }) {
        guard let token = tokenizer.token(named: name) else {
          throw TextMethodError.foreignEnd(
            file: file, key: "eos_token", value: "\"\(legible(name))\"", lacking: "tokenizer.json")
        }
        ends.insert(token)
      }
    }
    let marks = tokenizer.encode(form.turnEnd, addsSpecialTokens: false).tokens
    if let end = marks.first(where: { token in tokenizer.addedTokens.contains { $0.id == token } })
    {
      ends.insert(end)
    }
    return ends
  }

  /// The number, or the numbers, of `eos_token_id`.
  private static func numbers(_ file: String, vocabulary: Int) throws -> [Int32] {
    let key = "eos_token_id"
    var reader = try JSONObjectReader(JSONValue.read(file), file: file)
    let numbers: [Int] =
      try reader.ifPresent(key) { reader, key in
        try reader.valueIfPresent(key)?.elements == nil
          ? [reader.int(key, in: 0...Int(Int32.max))]
          : reader.ints(key, in: 0...Int(Int32.max))
      } ?? []
    if let unknown = numbers.first(where: { $0 >= vocabulary }) {
      throw TextMethodError.foreignEnd(
        file: file, key: key, value: "\(unknown)", lacking: "a model of \(vocabulary) tokens")
    }
    return numbers.map { Int32($0) }
  }

  /// A token as text, or as the object that says how it is to be found in text.
  private static func name(_ key: String, _ reader: inout JSONObjectReader) throws -> String {
    if reader.valueIfPresent(key)?.members == nil { return try reader.string(key) }
    var token = try reader.object(key)
    return try token.string("content")
  }
}
