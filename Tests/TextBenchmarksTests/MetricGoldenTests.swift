import DataFiles
import Foundation
import TestTags
import Testing
import TextBenchmarks

/// What the packages that define the metrics say of the same pairs of texts; the goldens are made by
/// Tests/Peers/make_metric_goldens.py.
@Suite(.tags(.golden)) struct MetricGoldenTests {
  struct Golden {
    var answer: String
    var right: String
    var value: JSONValue

    func number(_ key: String) -> Double { value[key]?.double ?? .nan }
  }

  static func goldens() throws -> [Golden] {
    let path = try #require(
      Bundle.module.url(forResource: "Fixtures", withExtension: nil)
    ).appendingPathComponent("metrics.jsonl").path
    var goldens: [Golden] = []
    try JSONLines.forEach(path) { _, value in
      goldens.append(
        Golden(
          answer: value["answer"]?.string ?? "", right: value["right"]?.string ?? "", value: value))
    }
    return goldens
  }

  private func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-9 }

  @Test func scoresAreThoseOfTheReferences() throws {
    let goldens = try Self.goldens()
    #expect(goldens.count > 150)
    for golden in goldens {
      let (answer, right) = (golden.answer, golden.right)
      let pair = "\(answer) | \(right)"
      #expect(isClose(WordOverlap.f1(answer, right), golden.number("f1")), "\(pair)")
      #expect(
        isClose(WordOverlap.f1(answer, right, foldsAccents: true), golden.number("f1_folded")),
        "\(pair)")
      #expect(WordOverlap.exactMatch(answer, right) == golden.number("exact_match"), "\(pair)")
      #expect(
        isClose(ShareSimilarity.score(answer, right), golden.number("similarity")), "\(pair)")
      #expect(
        isClose(OrderConcordance.score(answer, right), golden.number("concordance")), "\(pair)")
      #expect(
        ChosenLetter.standingAlone(answer).map(String.init) == golden.value["letter"]?.string,
        "\(pair)")
    }
  }

  @Test(arguments: [false, true])
  func rougeIsThatOfRougeScore(stems: Bool) throws {
    for golden in try Self.goldens() {
      let rouge = Rouge(golden.answer, golden.right, stems: stems)
      let wanted = golden.value[stems ? "rouge_stemmed" : "rouge"]?.elements ?? []
      #expect(wanted.count == 3)
      for (score, numbers) in zip([rouge.rouge1, rouge.rouge2, rouge.rougeL], wanted) {
        let expected = (numbers.elements ?? []).compactMap(\.double)
        #expect(expected.count == 3)
        for (a, b) in zip([score.precision, score.recall, score.f1], expected) {
          #expect(isClose(a, b), "\(golden.answer) | \(golden.right)")
        }
      }
    }
  }

  @Test func stemsAreThoseOfNLTK() throws {
    let path = try #require(
      Bundle.module.url(forResource: "Fixtures", withExtension: nil)
    ).appendingPathComponent("stems.json").path
    let members = try #require(try JSONValue.read(path).members)
    #expect(members.count > 100)
    for member in members {
      #expect(Rouge.stem(member.key) == member.value.string, "\(member.key)")
    }
  }
}
