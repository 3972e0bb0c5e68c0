import DataFiles

extension ChatForm {
  /// The form that a checkpoint's folder brings (`chat_template.jinja`, or `chat_template` of
  /// `tokenizer_config.json`); nil where it brings none.
  ///
  /// - Throws: `ChatFormError` for a template that is not known, `FileSystemError`, `JSONError`.
  public static func detect(folder: String) throws -> ChatForm? {
    let configuration = FileSystem.path(folder, "tokenizer_config.json")
    let settings = FileSystem.exists(configuration) ? try JSONValue.read(configuration) : nil
    let tokens = try specialTokens(folder, settings)
    let file = FileSystem.path(folder, "chat_template.jinja")
    if FileSystem.exists(file) {
      let template = String(decoding: try FileSystem.read(file), as: UTF8.self)
      return try ChatForm(template: template, tokens: tokens, file: file)
    }
    guard let value = settings?["chat_template"], !value.isNull else { return nil }
    // Some files hold several by name; the one for plain conversations is called so.
    let named = value.elements?.first { $0["name"]?.string == "default" }?["template"]
    guard let template = value.string ?? named?.string else {
      throw ChatFormError.unknown(
        file: configuration, reason: "is neither a text nor a list with one named default")
    }
    return try ChatForm(template: template, tokens: tokens, file: configuration)
  }

  /// The special tokens that a template may name: those of `tokenizer_config.json`, and what that leaves
  /// out of `special_tokens_map.json`, where earlier releases of transformers wrote them.
  private static func specialTokens(
    _ folder: String, _ settings: JSONValue?
  ) throws -> [(name: String, text: String)] {
    let map = FileSystem.path(folder, "special_tokens_map.json")
    let earlier = FileSystem.exists(map) ? try JSONValue.read(map) : nil
    let roles = ["bos", "eos", "unk", "sep", "pad", "cls", "mask"]
    return roles.compactMap { role in
      let name = role + "_token"
      for value in [settings?[name], earlier?[name]] {
        if let text = value?.string ?? value?["content"]?.string { return (name, text) }
      }
      return nil
    }
  }
}
