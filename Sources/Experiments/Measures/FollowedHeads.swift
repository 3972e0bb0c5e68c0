import Instrumentation
import SandboxTasks
import TestTimeCompute

/// The heads that are followed in a task through all lengths, methods and steps.
public struct FollowedHeads: Sendable, Hashable {
  /// The one with the most target mass at the first token of each fact's value: where retrieval is
  /// measured.
  public let opening: RetrievalSite
  /// The one with the most target mass over all value tokens. It may be another: behind the first token a
  /// model may look its value up with other heads, or copy on from where it has just read.
  public let all: RetrievalSite

  /// The head that is followed for means over some rows.
  public subscript(rows: AveragedRows) -> RetrievalSite { rows == .all ? all : opening }

  /// Heads that are known.
  public init(opening: RetrievalSite, all: RetrievalSite) {
    (self.opening, self.all) = (opening, all)
  }

  /// One head for both.
  public init(_ site: RetrievalSite) { self.init(opening: site, all: site) }

  /// The heads of each task, by its label, as `RetrievalSite.best` chooses them.
  public static func choose(from records: [SweepRecord]) -> [String: FollowedHeads] {
    func candidates(_ column: SiteColumn) -> [SiteCandidate] {
      records.compactMap { record in
        let identity = record.identity
        return record.sites.map {
          SiteCandidate(
            task: identity.taskLabel, length: identity.length, isRotated: identity.rotary,
            method: identity.methodLabel, isInContext: identity.method == InContextMethod.name,
            heads: $0.heads, mass: ($0[column] ?? []).map(Double.init))
        }
      }
    }
    return joined(candidates(.mass), candidates(.massAll))
  }

  /// The heads of each family, as `RetrievalSite.best` chooses them.
  public static func choose(from summaries: [ProbeSummary]) -> [TaskFamily: FollowedHeads] {
    func candidates(_ column: SiteColumn) -> [SiteCandidate] {
      summaries.map { summary in
        SiteCandidate(
          task: summary.task.rawValue, length: summary.length, isRotated: true,
          method: summary.method, isInContext: summary.step == 0,
          heads: (summary.sites.map(\.site.head).max() ?? -1) + 1,
          mass: summary.sites.compactMap { $0[column] })
      }
    }
    return joined(candidates(.mass), candidates(.massAll)).reduce(into: [:]) { chosen, entry in
      if let task = TaskFamily(rawValue: entry.key) { chosen[task] = entry.value }
    }
  }

  private static func joined(
    _ opening: [SiteCandidate], _ all: [SiteCandidate]
  ) -> [String: FollowedHeads] {
    let others = RetrievalSite.best(of: all)
    return RetrievalSite.best(of: opening).reduce(into: [:]) { heads, entry in
      heads[entry.key] = FollowedHeads(opening: entry.value, all: others[entry.key] ?? entry.value)
    }
  }
}
