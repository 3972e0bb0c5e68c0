import Prompts

extension TextItem {
  /// The context's text.
  var contextText: String { text(context) }

  /// A part of the prompt, by its bytes.
  func text(_ range: Range<Int>) -> String {
    String(decoding: Array(prompt.utf8)[range], as: UTF8.self)
  }
}
