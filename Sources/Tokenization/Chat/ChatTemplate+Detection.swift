import DataFiles

extension ChatTemplate {
  /// The template of a checkpoint's folder, told by the marks in the template that it brings
  /// (`chat_template.jinja`, or `chat_template` of `tokenizer_config.json`); nil where it brings none or
  /// one of another family.
  ///
  /// - Throws: `FileSystemError`, `JSONError`.
  public static func detect(folder: String) throws -> ChatTemplate? {
    let folder = folder.hasSuffix("/") ? folder : folder + "/"
    let file = folder + "chat_template.jinja"
    if FileSystem.exists(file) {
      return detect(template: String(decoding: try FileSystem.read(file), as: UTF8.self))
    }
    let configuration = folder + "tokenizer_config.json"
    guard FileSystem.exists(configuration) else { return nil }
    let value = try JSONValue.read(configuration)["chat_template"]
    // Some files hold several by name; the one for plain conversations is called so.
    let named = value?.elements?.first { $0["name"]?.string == "default" }?["template"]
    return (value?.string ?? named?.string).flatMap(detect(template:))
  }

  /// The family whose marks a template holds.
  static func detect(template: String) -> ChatTemplate? {
    if template.contains("<|im_start|>"), template.contains("</think>") { return .qwen3 }
    return template.contains("<|start_header_id|>") ? .llama3 : nil
  }
}
