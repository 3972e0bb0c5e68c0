import Foundation
import SandboxTasks
import TestTags
import Testing

/// Holds the samples and worked examples of the folder Tasks against the generators.
@Suite(.tags(.golden)) struct SampleTests {
  /// Of families whose defaults do not say it all.
  static let settings: [TaskFamily: TaskSettings] = [
    .keyValue: TaskSettings(.keyValue, length: 33),
    .needle: TaskSettings(
      .needle(NeedleTask(haystack: .noise, keys: 2, values: 2, queries: 2, distractors: 1)),
      length: 60),
    .multiHop: TaskSettings(.multiHop(MultiHopTask(hops: 2)), length: 41),
    .transactionLog: TaskSettings(
      .transactionLog(TransactionLogTask(anomaly: .lostUpdate)), length: 56),
    .codeBug: TaskSettings(.codeBug, length: 75),
  ]

  func file(_ family: TaskFamily, _ name: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .appendingPathComponent("Tasks/\(family.rawValue)/\(name)")
  }

  func instances(_ family: TaskFamily) throws -> [TaskInstance] {
    let settings = Self.settings[family] ?? TaskSettings(TaskShape(family), length: 43)
    return (0..<3).map(try TaskGenerator(settings, seed: 7).instance)
  }

  /// Text with every run of white space as one space, and without quote marks of Markdown.
  func flattened(_ text: String) -> String {
    text.split(whereSeparator: { $0.isWhitespace || $0 == ">" }).joined(separator: " ")
  }

  /// Instances never change from one version to the next. A missing sample is written, and the test
  /// fails all the same.
  @Test(arguments: TaskFamily.allCases)
  func samplesAreMadeAgain(_ family: TaskFamily) throws {
    let sample = file(family, "sample.jsonl")
    let lines = Data(try instances(family).flatMap { $0.line() })
    guard let found = try? Data(contentsOf: sample) else {
      try lines.write(to: sample)
      Issue.record("\(sample.path) was missing; it has been written: look at it and keep it.")
      return
    }
    #expect(
      found == lines,
      "\(sample.path) differs from what is generated now; delete it to have it written again.")
  }

  @Test(arguments: TaskFamily.allCases)
  func workedExamplesAreTrue(_ family: TaskFamily) throws {
    let instance = try instances(family)[0]
    let readme = flattened(try String(contentsOf: file(family, "README.md"), encoding: .utf8))
    for tokens in [instance.context, instance.question, instance.answer, instance.trace] {
      let text = Vocabulary.sandbox.text(of: tokens)
      #expect(readme.contains(text), "text: \(text)")
      let numbers = tokens.map(String.init).joined(separator: " ")
      #expect(readme.contains(numbers), "tokens: \(numbers)")
    }
    for fact in instance.gold {
      let span = "[\(fact.span.lowerBound), \(fact.span.upperBound)]"
      #expect(readme.contains(span), "gold: \(span)")
    }
    let record = EnglishRendering(instance)
    let input = [record.introduction, record.context, record.question].joined(separator: "\n\n")
    #expect(readme.contains(flattened(input)), "\(input)")
    #expect(readme.contains(flattened(record.answerPrefix)), "\(record.answerPrefix)")
  }

  @Test(arguments: TaskFamily.allCases)
  func everyMemberIsDocumented(_ family: TaskFamily) throws {
    let readme = try String(contentsOf: file(family, "README.md"), encoding: .utf8)
    let instance = try instances(family)[0]
    let line = String(decoding: instance.line(), as: UTF8.self)
    for key in line.matches(of: /"([a-z_]+)":/).map(\.1) {
      #expect(readme.contains("`\(key)`"), "\(key)")
    }
  }
}
