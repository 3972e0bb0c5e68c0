import Foundation
import Prompts
import Testing

/// Holds the text samples of the folder Tasks, and their worked examples, against the generators.
@Suite struct PaperSampleTests {
  func file(_ task: String, _ name: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Tasks/\(task)/\(name)")
  }

  func records(_ task: String) throws -> [PaperRecord] {
    try (0..<3).map { index in
      if task == "transaction-log" {
        return PaperRecord(
          TransactionLogText(TransactionLogSettings(), seed: 7, index: index), lines: 12)
      }
      let code = try CodeBugText(
        CodeBugSettings(fileLines: 25), source: SyntheticCode(seed: 7), seed: 7, index: index)
      return PaperRecord(code, lines: 30, hash: nil)
    }
  }

  /// Items never change from one version to the next. A missing sample is written, and the test fails
  /// all the same.
  @Test(arguments: ["transaction-log", "code-bug"])
  func samplesAreMadeAgain(_ task: String) throws {
    let sample = file(task, "sample-text.jsonl")
    let lines = Data(try records(task).flatMap { $0.line() })
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
  func workedExamplesAreTrue(_ task: String) throws {
    let item = try records(task)[0].item
    let readme = try String(contentsOf: file(task, "README.md"), encoding: .utf8)
    #expect(readme.contains("```\n\(item.prompt)\n```"))
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
