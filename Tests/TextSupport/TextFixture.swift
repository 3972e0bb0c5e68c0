import DataFiles
import Foundation
import Prompts
import SandboxTasks
import TransformerModel

/// A small Qwen3 checkpoint with a tokenizer and a chat template, made with transformers.
public enum TextFixture {
  public static func folder() throws -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("qwen3-text").path
  }

  public static func model() throws -> (transformer: Transformer, text: TextModel) {
    let transformer = try Checkpoint.open(try folder())
    return (transformer, try text())
  }

  public static func text(isPlain: Bool = false) throws -> TextModel {
    try TextModel(
      try folder(), vocabulary: try Checkpoint.configuration(try folder()).vocabularySize,
      isPlain: isPlain)
  }

  /// A prompt as files hold it.
  public static func prompt(_ json: String) throws -> TextPrompt {
    try TextPrompt(JSONValue.parse(Array(json.utf8), file: "t.jsonl"), file: "t.jsonl")
  }

  /// Instances of a task as the lab writes them for RULER's harnesses.
  public static func prompts(_ shape: TaskShape, length: Int = 100, count: Int = 2) throws
    -> [TextPrompt]
  {
    let generator = try TaskGenerator(TaskSettings(shape, length: length), seed: 5)
    return try (0..<count).map { index in
      try prompt(String(decoding: TextPrompt(generator.instance(index)).line(), as: UTF8.self))
    }
  }
}

/// What transformers made of a prompt.
public struct TextGolden: Decodable {
  public var input: String
  public var thinks: Bool
  public var tokens: [Int32]
  public var greedy: [Int32]
  public var text: String

  public static func all() throws -> [TextGolden] {
    let data = try Data(contentsOf: URL(fileURLWithPath: try TextFixture.folder() + "/golden.json"))
    return try JSONDecoder().decode([TextGolden].self, from: data)
  }
}
