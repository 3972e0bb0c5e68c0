import Foundation
import Prompts
import SandboxTasks
import TestTags
import Testing

/// Holds the text samples of the folder Tasks, and their worked examples, against the generators.
@Suite(.tags(.golden)) struct TextSampleTests {
  func file(_ task: String, _ name: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Tasks/\(task)/\(name)")
  }

  func records(_ task: String) throws -> [TextPrompt] {
    try (0..<3).map { index in
      if task == "transaction-log" {
        let log = TransactionLogText(TransactionLogSettings(), seed: 7, index: index)
        return TextPrompt(log, index: index, size: 12)
      }
      let code = try CodeBugText(
        CodeBugSettings(fileLines: 25), source: SyntheticCode(seed: 7), seed: 7, index: index)
      return TextPrompt(code, index: index, size: 30)
    }
  }

  /// The instances of the samples in the sandbox's own tokens, which stand beside.
  func instances(_ family: TaskFamily) throws -> [TaskInstance] {
    var instances: [TaskInstance] = []
    try TaskInstance.forEach(in: file(family.rawValue, "sample.jsonl").path) {
      instances.append($1)
    }
    return instances
  }

  /// Items never change from one version to the next. A missing sample is written, and the test fails
  /// all the same.
  func compare(_ lines: Data, _ sample: URL) throws {
    guard let found = try? Data(contentsOf: sample) else {
      try lines.write(to: sample)
      Issue.record("\(sample.path) was missing; it has been written: look at it and keep it.")
      return
    }
    #expect(
      found == lines,
      "\(sample.path) differs from what is generated now; delete it to have it written again.")
  }

  @Test(arguments: ["transaction-log", "code-bug"])
  func samplesAreMadeAgain(_ task: String) throws {
    try compare(
      Data(try records(task).flatMap { $0.line() }), file(task, "sample-text.jsonl"))
  }

  @Test(arguments: TaskFamily.allCases)
  func englishSamplesAreMadeAgain(_ family: TaskFamily) throws {
    let lines = try instances(family).map(InstanceFormat.ruler.line)
    try compare(Data(lines.joined()), file(family.rawValue, "sample-ruler.jsonl"))
    let readme = try String(contentsOf: file(family.rawValue, "README.md"), encoding: .utf8)
    for key in String(decoding: lines[0], as: UTF8.self).matches(of: /"([a-z_]+)":/).map(\.1) {
      #expect(readme.contains("`\(key)`"), "\(key)")
    }
  }

  @Test(arguments: ["transaction-log", "code-bug"])
  func workedExamplesAreTrue(_ task: String) throws {
    let item = try records(task)[0]
    let readme = try String(contentsOf: file(task, "README.md"), encoding: .utf8)
    #expect(readme.contains("```\n\(item.input)\n```"))
    #expect(readme.contains("`\(item.answerPrefix.dropFirst())`"))
    #expect(readme.contains("`\(item.answer.trimmingCharacters(in: .whitespaces))`"))
    for gold in item.gold {
      #expect(readme.contains("[\(gold.span.lowerBound), \(gold.span.upperBound)]"))
    }
  }

  @Test func everyOperatorIsDocumented() throws {
    let readme = try String(contentsOf: file("code-bug", "README.md"), encoding: .utf8)
    for mutation in MutationOperator.allCases {
      #expect(readme.contains("\n| `\(mutation.rawValue)` |"))
    }
  }
}
