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

/// What one head gave to the facts that hold the answer, where it is found: averaged over the rows that
/// predict the first token of each fact's value.
public struct SiteReading: Sendable, Equatable {
  /// The site.
  public let site: RetrievalSite
  /// Target mass on the whole fact.
  public let mass: Double
  /// Target mass on the fact's value tokens.
  public let valueMass: Double
  /// γ, in nats.
  public let margin: Double
  /// The worst-case gap `min_j (z* − z_j)`, in nats.
  public let gap: Double
  /// The least upper bound on `mass` that the competitors m(Δ) give, over the slacks that were counted.
  public let bound: Double
  /// Target mass on the whole fact, averaged over all value tokens; behind the first one the model
  /// copies on from where it has just read.
  public let massAll: Double
  /// γ averaged over all value tokens, in nats.
  public let marginAll: Double

  /// A reading whose numbers are known.
  public init(
    site: RetrievalSite, mass: Double, valueMass: Double, margin: Double, gap: Double,
    bound: Double, massAll: Double, marginAll: Double
  ) {
    self.site = site
    self.mass = mass
    self.valueMass = valueMass
    self.margin = margin
    self.gap = gap
    self.bound = bound
    self.massAll = massAll
    self.marginAll = marginAll
  }
}

extension ProbeMeasurement {
  /// All heads, layer by layer.
  ///
  /// Averaged are the rows that predict the first value token of each fact that holds the answer (words
  /// that restate the question need not look at the fact): for multi-hop that of the last hop.
  public func siteReadings(_ instance: TaskInstance) -> [SiteReading] {
    let pass = AnswerPass(instance)
    var order: [RetrievalSite] = []
    var sums: [RetrievalSite: Sums] = [:]
    for record in answer.records where pass.holders[record.answerStep] == record.hop {
      guard instance.answerIsValue[record.answerStep] else { continue }
      let site = RetrievalSite(layer: record.layer, head: record.head)
      if sums[site] == nil { order.append(site) }
      sums[site, default: Sums()].add(record, opensValue: pass.opensValue[record.answerStep])
    }
    return order.map { (sums[$0] ?? Sums()).reading($0) }
  }
}

private struct Sums {
  var count = 0.0
  var mass = 0.0
  var valueMass = 0.0
  var margin = 0.0
  var gap = 0.0
  var bound = 0.0
  var allCount = 0.0
  var allMass = 0.0
  var allMargin = 0.0

  mutating func add(_ record: TargetMassRecord, opensValue: Bool) {
    let reading = record.reading
    allCount += 1
    allMass += reading.mass
    allMargin += reading.margin
    guard opensValue else { return }
    count += 1
    mass += reading.mass
    valueMass += record.valueMass
    margin += reading.margin
    gap += reading.gap
    bound += reading.leastBound
  }

  func reading(_ site: RetrievalSite) -> SiteReading {
    SiteReading(
      site: site, mass: mass / count, valueMass: valueMass / count, margin: margin / count,
      gap: gap / count, bound: bound / count, massAll: allMass / allCount,
      marginAll: allMargin / allCount)
  }
}
