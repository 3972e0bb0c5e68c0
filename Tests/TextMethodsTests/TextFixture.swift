import DataFiles
import Foundation
import SandboxTasks
import Testing
import TextMethods
import TransformerModel

/// A small Qwen3 checkpoint with a tokenizer and a chat template, made with transformers.
enum TextFixture {
  static func folder() throws -> String {
    try #require(Bundle.module.resourcePath) + "/Fixtures/qwen3-text"
  }

  static func model() throws -> (transformer: Transformer, text: TextModel) {
    let transformer = try Checkpoint.open(try folder())
    return (transformer, try text())
  }

  static func text(isPlain: Bool = false) throws -> TextModel {
    try TextModel(
      try folder(), vocabulary: try Checkpoint.configuration(try folder()).vocabularySize,
      isPlain: isPlain)
  }

  /// A prompt as files hold it.
  static func prompt(_ json: String) throws -> TextPrompt {
    try TextPrompt(JSONValue.parse(Array(json.utf8), file: "t.jsonl"), file: "t.jsonl")
  }

  /// Instances of a task as the lab writes them for RULER's harnesses.
  static func prompts(_ shape: TaskShape, length: Int = 100, count: Int = 2) throws -> [TextPrompt]
  {
    let generator = try TaskGenerator(TaskSettings(shape, length: length), seed: 5)
    return try (0..<count).map { index in
      var json = JSONWriter()
      RulerRecord(generator.instance(index)).write(to: &json)
      return try prompt(json.text)
    }
  }

  static func temporaryFile(_ name: String, _ lines: [String]) throws -> String {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("text-methods-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent(name)
    try Data(lines.joined(separator: "\n").appending("\n").utf8).write(to: file)
    return file.path
  }
}

/// What transformers made of a prompt.
struct TextGolden: Decodable {
  var input: String
  var thinks: Bool
  var tokens: [Int32]
  var greedy: [Int32]
  var text: String

  static func all() throws -> [TextGolden] {
    let data = try Data(contentsOf: URL(fileURLWithPath: try TextFixture.folder() + "/golden.json"))
    return try JSONDecoder().decode([TextGolden].self, from: data)
  }
}
