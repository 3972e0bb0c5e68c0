import DataFiles
import Foundation
import SandboxTasks
import TestSupport
import TestTags
import Testing

/// `generate --format text`.
@Suite(.tags(.process, .slow)) struct GenerateTextTests {
  private let folder: TemporaryFolder
  /// A tokenizer of a thousand tokens in the form of Qwen's.
  private let tokenizer: String

  init() throws {
    folder = try TemporaryFolder()
    tokenizer =
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("TokenizationTests/Fixtures/qwen.json").path
  }

  private func generate(_ options: String) throws -> BuiltBinary.Outcome {
    try BuiltBinary.run("generate --quiet --count 2 --out tasks \(options)", in: folder.url)
  }

  private func lines(_ name: String) throws -> [JSONValue] {
    var values: [JSONValue] = []
    try JSONLines.forEach(folder.url.appendingPathComponent("tasks/\(name)").path) { _, value in
      values.append(value)
    }
    return values
  }

  @Test(arguments: TaskFamily.allCases) func textsHaveTheLengthThatWasAskedFor(
    _ family: TaskFamily
  ) throws {
    // Families without an English rendering have nothing to fit.
    guard [.keyValue, .needle, .multiHop].contains(family) else { return }
    let outcome = try generate(
      "--task \(family.rawValue) --format text --tokenizer \(tokenizer) --template qwen3 "
        + "--length 900,2K")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    for length in [900, 2048] {
      let items = try lines("\(family.rawValue)-\(length).jsonl")
      #expect(items.count == 2)
      for item in items {
        #expect(item["length"]?.int == length && item["missing"]?.int == 0)
        let input = Array(try #require(item["input"]?.string).utf8)
        let value = try #require(item["gold"]?.elements?.last?["value"]?.ints)
        let output = String(decoding: input[value[0]..<value[1]], as: UTF8.self)
        #expect(item["outputs"]?.elements?.last?.string == output)
        #expect(item["frame"]?["begins_answer"]?.bool == true)
        let after = try #require(item["frame"]?["after"]?.string)
        #expect(after.hasSuffix("<|im_start|>assistant\n<think>\n\n</think>\n\n"))
        #expect(item["source"]?["task"]?.string == family.rawValue)
      }
    }
    let short = try lines("\(family.rawValue)-900.jsonl")
    let long = try lines("\(family.rawValue)-2048.jsonl")
    #expect(short.map { $0["answer"]?.string } == long.map { $0["answer"]?.string })
    let again = try generate(
      "--task \(family.rawValue) --format text --tokenizer \(tokenizer) --template qwen3 "
        + "--no-think --length 900")
    #expect(again.exitCode == 0 && again.output.contains("kept"), "\(again.errors)")
  }

  @Test(arguments: [
    ("--format text --length 900", 2, "--format text needs --tokenizer"),
    ("--length 900 --tokenizer x.json", 2, "--tokenizer is an option of --format text"),
    ("--length 900 --template qwen3", 2, "--template is an option of --format text"),
    ("--format ruler --length 900 --no-think", 2, "--no-think is an option of --format text"),
    ("--format text --tokenizer TOKENIZER --length 900 --no-think", 2, "--template qwen3"),
    ("--format text --tokenizer TOKENIZER --length 20", 2, "--length must be at least"),
    ("--format text --tokenizer nowhere --length 900", 1, "nowhere/tokenizer.json"),
  ])
  func whatDoesNotGoTogetherIsNamed(_ options: String, _ code: Int32, _ words: String) throws {
    let options = options.replacing("TOKENIZER", with: tokenizer)
    let outcome = try generate("--task key-value " + options)
    #expect(outcome.exitCode == code && outcome.errors.contains(words), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }
}
