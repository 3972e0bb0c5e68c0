import Instrumentation
import SandboxTasks
import TransformerModel

/// The attention of the rows that predict an answer's values, position by position, at every site.
///
/// Kept of every site, because the one that is followed is known only when all instances are measured.
public struct AttentionProfile: Sendable, Equatable, Codable {
  /// Steps of adaptation made before; 0 is in context.
  public let step: Int
  /// By answer step, then layer by layer and head by head.
  let rows: [Row]

  struct Row: Sendable, Equatable, Codable {
    let answerStep: Int
    let site: RetrievalSite
    /// α of every position up to the row's own; nil where a score is not finite.
    let attention: [Double]?
  }

  /// Asks a session that has read the context of an instance, and leaves it as it was.
  static func make(
    _ session: InferenceSession, _ instance: TaskInstance, step: Int
  ) -> AttentionProfile {
    let pass = AnswerPass(instance)
    let watched = pass.rows.filter { instance.answerIsValue[$0.answerStep] }
    let stepOfRow = Dictionary(uniqueKeysWithValues: watched.map { ($0.row, $0.answerStep) })
    var rows: [Row] = []
    let length = session.length
    session.append(
      pass.tokens, logits: .none,
      observing: AttentionObservation(rows: watched.map(\.row)) { site, seen in
        guard let step = stepOfRow[site.row] else { return }
        rows.append(
          Row(
            answerStep: step, site: RetrievalSite(layer: site.layer, head: site.head),
            attention: seen.attention))
      })
    session.rewind(to: length)
    return AttentionProfile(step: step, rows: rows)
  }

  /// The attention of one site: for each answer step, α over the visible positions.
  ///
  /// Nothing where a score is not finite.
  public func attention(at site: RetrievalSite) -> [(answerStep: Int, attention: [Double])] {
    rows.filter { $0.site == site }.compactMap { row in
      guard let attention = row.attention else { return nil }
      let sum = attention.reduce(0, +)
      precondition(abs(sum - 1) < 1e-9, "attention does not sum to one")
      return (row.answerStep, attention)
    }
  }
}
