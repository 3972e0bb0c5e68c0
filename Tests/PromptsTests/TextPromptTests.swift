import DataFiles
import Foundation
import Prompts
import SandboxTasks
import TestSupport
import Testing
import TextSupport

@Suite struct TextPromptTests {
  @Test func whatTheLabWritesIsRead() throws {
    let prompt = try TextFixture.prompts(.multiHop(MultiHopTask(hops: 3)))[1]
    #expect(prompt.index == 1 && prompt.family == .multiHop && prompt.seed == 5)
    #expect(prompt.gold.map(\.hop) == [0, 1, 2] && prompt.outputs.count == 1)
    let bytes = Array(prompt.input.utf8)
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    // The last hop tells the answer, inside the context; the question is the last line.
    let last = try #require(prompt.gold.last?.value)
    #expect(text(last) == prompt.outputs[0] && last.upperBound <= prompt.context.upperBound)
    #expect(!text(prompt.context.upperBound..<bytes.count).contains("\n"))
    #expect(prompt.answer == " \(prompt.outputs[0]).")
  }

  /// RULER's own lines have members of their own, and no place of the answer.
  @Test func linesOfOthersAreRead() throws {
    let prompt = try TextFixture.prompt(
      #"{"index": 3, "input": "A is 1. B is 2.\nWhat is B?", "outputs": ["2", "two"], "length": 9,"#
        + #" "length_w_model_temp": 12, "answer_prefix": " It is", "token_position_answer": 4}"#)
    #expect(prompt.gold.isEmpty && prompt.family == nil && prompt.answerPrefix == " It is")
    #expect(prompt.answer == " 2 and two." && prompt.context == 0..<16)
    #expect(prompt.score("It is TWO, or 2.") == 1)
    #expect(prompt.score("It is two.") == 0.5 && prompt.score("") == 0)
    let line = try TextFixture.prompt(#"{"index": 0, "input": "one line only", "outputs": ["x"]}"#)
    #expect(line.context == 0..<8)
  }

  /// Places count code points, as other languages do.
  @Test func placesAreCodePoints() throws {
    let prompt = try TextFixture.prompt(
      #"{"index": 0, "input": "é 😀 key is 7.\nkey?", "outputs": ["7"], "gold":"#
        + #" [{"hop": 0, "span": [4, 13], "value": [11, 12]}]}"#)
    let bytes = Array(prompt.input.utf8)
    #expect(String(decoding: bytes[prompt.gold[0].span], as: UTF8.self) == "key is 7.")
    #expect(prompt.gold[0].value.map { String(decoding: bytes[$0], as: UTF8.self) } == "7")
    #expect(prompt.gold[0].key == nil)
  }

  @Test(arguments: [
    (#"{"index": 0, "input": "", "outputs": ["x"]}"#, "input"),
    (#"{"index": 0, "input": "a b", "outputs": []}"#, "outputs"),
    (#"{"index": 0, "input": "a b", "outputs": [""]}"#, "outputs"),
    (#"{"index": -1, "input": "a b", "outputs": ["x"]}"#, "index"),
    (#"{"input": "a b", "outputs": ["x"]}"#, "index"),
    (#"{"index": 0, "input": 5, "outputs": ["x"]}"#, "input"),
    (
      #"{"index": 0, "input": "a b", "outputs": ["x"], "gold": [{"hop": 0, "span": [1, 9]}]}"#,
      "span"
    ),
    (
      #"{"index": 0, "input": "a b", "outputs": ["x"], "gold": [{"hop": 0, "span": [2, 2]}]}"#,
      "span"
    ),
  ])
  func whatIsWrongIsNamed(line: String, word: String) {
    let error = #expect(throws: JSONError.self) { try TextFixture.prompt(line) }
    #expect(error?.description.contains(word) == true && "\(error!)".hasPrefix("t.jsonl:"))
  }

  @Test func textAndTokensAreToldApart() throws {
    let files = try TemporaryFolder()
    let text = files.file("a.jsonl", lines: [#"{"index": 0, "input": "x"}"#])
    let tokens = files.file("b.jsonl", lines: [#"{"index": 0, "context": [1]}"#])
    let empty = files.file("c.jsonl", lines: [])
    #expect(try TextPrompt.isText(text) && !TextPrompt.isText(tokens))
    #expect(throws: (any Error).self) { try TextPrompt.read(empty) }
  }
}
