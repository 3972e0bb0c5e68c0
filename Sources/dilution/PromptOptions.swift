import ArgumentParsing
import Prompts

/// The options that say in what form a model is given texts.
enum PromptOptions {
  static let plain = Option.flag(
    "plain", help: "Have text continued, and not answered in the form of the model's chat template."
  )

  static let file = Option.optional(
    "prompt-template", .file("txt").shown(as: "FILE"),
    help:
      "A text that stands around each prompt in place of the model's chat template: {user} is the "
      + "prompt, {system} is empty. Special tokens are spelled out; one line feed at its end is left "
      + "out.")

  /// What stands between a checkpoint and text, in the form that is asked for, which is noted.
  ///
  /// - Throws: `ArgumentError.rule` for both options at once, and what reading the files throws.
  static func model(
    _ folder: String, vocabulary: Int, _ arguments: Arguments, _ console: Console
  ) throws -> TextModel {
    if arguments[plain], arguments[file] != nil {
      throw ArgumentError.rule("--plain and --prompt-template exclude each other; give one.")
    }
    let model = try TextModel(
      folder, vocabulary: vocabulary, isPlain: arguments[plain], promptTemplate: arguments[file])
    console.note(note(model, isPlain: arguments[plain]))
    return model
  }

  /// The form as a sentence.
  static func note(_ model: TextModel, isPlain: Bool) -> String {
    let form =
      switch model.template.name {
      case "plain" where isPlain: "Texts are continued as they are (--plain)"
      case "plain": "Texts are continued as they are, because the model brings no chat template"
      case "file": "Texts are read in the form of --prompt-template"
      case let name: "Texts are read in the model's own chat template, of the form \(name)"
      }
    return form
      + (model.turnEnds.isEmpty
        ? "; no file of the checkpoint names a token that ends a text." : ".")
  }
}
