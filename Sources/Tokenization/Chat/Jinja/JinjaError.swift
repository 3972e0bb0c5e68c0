/// Why a template of Jinja cannot be rendered.
enum JinjaError: Error, Equatable {
  /// The text is no template, or uses what this interpreter does not know.
  case unsupported(String)
  /// The template itself refuses what it is given, in its own words.
  case raised(String)
  /// What is rendered is of no family that is known.
  case foreign

  /// The end of the sentence "the template …".
  var clause: String {
    switch self {
    case .unsupported(let what): "uses what is not supported: \(what)"
    case .raised(let words): "says \"\(words)\""
    case .foreign:
      "renders neither ChatML nor the turns of Llama 2 or 3, Mistral, Gemma, Phi-3, Zephyr or "
        + "DeepSeek-R1"
    }
  }
}
