import Instrumentation
import SandboxTasks

/// Where a model may look a fact up: one head of one layer.
public struct RetrievalSite: Sendable, Hashable, Codable {
  /// The layer, from 0.
  public let layer: Int
  /// The query head, from 0.
  public let head: Int

  /// A site.
  public init(layer: Int, head: Int) {
    (self.layer, self.head) = (layer, head)
  }
}

/// What one head gave to the facts that hold the answer, where it is found.
public struct SiteReading: Sendable, Equatable {
  /// The site.
  public let site: RetrievalSite
  private let columns: [SiteColumn]
  private let numbers: [Double]

  /// A reading whose numbers are known, one a column.
  public init(site: RetrievalSite, _ columns: [SiteColumn], _ numbers: [Double]) {
    precondition(columns.count == numbers.count, "one number a column")
    (self.site, self.columns, self.numbers) = (site, columns, numbers)
  }

  /// The number of a column; nil where it was not read.
  public subscript(column: SiteColumn) -> Double? {
    columns.firstIndex(of: column).map { numbers[$0] }
  }
}

extension ProbeMeasurement {
  /// All heads, layer by layer.
  ///
  /// Averaged are the rows that predict value tokens of each fact that holds the answer (words that
  /// restate the question need not look at the fact): for multi-hop that of the last hop.
  public func siteReadings(_ instance: TaskInstance) -> [SiteReading] {
    let pass = AnswerPass(instance)
    let instruments = Instruments.read(answer.instruments)
    let columns = SiteColumn.read(answer.instruments)
    let empty = SiteSums(instruments: instruments.count)
    var order: [RetrievalSite] = []
    var sums: [RetrievalSite: SiteSums] = [:]
    for record in answer.records where pass.holders[record.answerStep] == record.hop {
      guard instance.answerIsValue[record.answerStep] else { continue }
      let site = RetrievalSite(layer: record.layer, head: record.head)
      if sums[site] == nil { order.append(site) }
      sums[site, default: empty].add(
        record.numbers, opensValue: pass.opensValue[record.answerStep])
    }
    return order.map { site in
      SiteReading(
        site: site, columns, (sums[site] ?? empty).means(columns, instruments))
    }
  }
}
