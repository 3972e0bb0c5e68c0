import Foundation

/// The ten parts of ZeroSCROLLS, with the metric that each prescribes.
public enum ZeroScrollsSubset: String, CaseIterable, Sendable {
  case govReport = "gov_report"
  case summScreen = "summ_screen_fd"
  case qmSum = "qmsum"
  case squality
  case qasper
  case narrativeQA = "narrative_qa"
  case quality
  case musique
  case spaceDigest = "space_digest"
  case bookSumSort = "book_sum_sort"

  /// How answers are scored.
  public enum Metric: String, Sendable {
    /// The geometric mean of ROUGE-1, -2 and -L.
    case rouge
    case f1
    case accuracy
    case shareSimilarity = "exponential similarity"
    case concordance = "concordance index"
  }

  /// The metric that counts.
  public var metric: Metric {
    switch self {
    case .govReport, .summScreen, .qmSum, .squality: .rouge
    case .qasper, .narrativeQA, .musique: .f1
    case .quality: .accuracy
    case .spaceDigest: .shareSimilarity
    case .bookSumSort: .concordance
    }
  }

  /// The score of a whole subset, from 0 to 100: of each answer against the right answer that suits it
  /// best, averaged. ROUGE-1, -2 and -L are averaged apart, and their geometric mean is the score.
  ///
  /// - Parameter answers: each with its right answers, at least one.
  public func score(_ answers: [(answer: String, right: [String])], stems: Bool = false) -> Double {
    guard !answers.isEmpty else { return .nan }
    precondition(answers.allSatisfy { !$0.right.isEmpty }, "every answer has a right one")
    func mean(_ score: (String, String) -> Double) -> Double {
      let best = answers.map { pair in pair.right.map { score(pair.answer, $0) }.max() ?? 0 }
      return 100 * best.reduce(0, +) / Double(best.count)
    }
    switch metric {
    case .f1: return mean { WordOverlap.f1($0, $1, foldsAccents: true) }
    case .accuracy:
      return mean { answer, right in
        let letter = ChosenLetter.standingAlone(answer)
        return letter != nil && letter == ChosenLetter.standingAlone(right) ? 1 : 0
      }
    case .shareSimilarity: return mean(ShareSimilarity.score)
    case .concordance: return mean(OrderConcordance.score)
    case .rouge:
      let scores = answers.map { pair in
        pair.right.map { Rouge(pair.answer, $0, stems: stems) }
      }
      let parts: [KeyPath<Rouge, Rouge.Score>] = [\.rouge1, \.rouge2, \.rougeL]
      let means = parts.map { part in
        scores.map { $0.map { $0[keyPath: part].f1 }.max() ?? 0 }.reduce(0, +)
          / Double(scores.count)
      }
      return 100 * cbrt(means.reduce(1, *))
    }
  }
}
