import SandboxTasks

/// One measurement of one instance, as the tables need it: what `ProbeResult` says without the single
/// records.
public struct ProbeSummary: Sendable, Equatable {
  /// The path of the tasks file.
  public let file: String
  /// The family.
  public let task: TaskFamily
  /// T: tokens of the context; of texts all that is read before the answer, on the average of a file.
  public let length: Int
  /// The number of the instance.
  public let index: Int
  /// Steps of adaptation made before; 0 is in context.
  public let step: Int
  /// Whether greedy decoding writes exactly the answer.
  public let isCorrect: Bool
  /// The probability of the answer.
  public let answerProbability: Double
  /// The probability of its value tokens.
  public let valueProbability: Double
  /// All sites, layer by layer.
  public let sites: [SiteReading]
  /// The last step of adaptation.
  public let span: SpanStep?

  /// A measurement whose numbers are known; `ProbeResult.summaries` makes them from results.
  public init(
    file: String, task: TaskFamily, length: Int, index: Int, step: Int, isCorrect: Bool,
    answerProbability: Double, valueProbability: Double, sites: [SiteReading],
    span: SpanStep? = nil
  ) {
    self.file = file
    self.task = task
    self.length = length
    self.index = index
    self.step = step
    self.isCorrect = isCorrect
    self.answerProbability = answerProbability
    self.valueProbability = valueProbability
    self.sites = sites
    self.span = span
  }

  /// Target mass, averaged over layers, heads and answer steps.
  public var massMean: Double {
    sites.isEmpty ? 0 : Statistics.mean(sites.map(\.mass))
  }

  /// The method's name in tables: `in-context` or `qttt`.
  public var method: String { step == 0 ? "in-context" : "qttt" }

  /// The reading of one site.
  public func reading(of site: RetrievalSite) -> SiteReading? {
    sites.first { $0.site == site }
  }
}

extension ProbeResult {
  /// The measurements, summarised.
  public var summaries: [ProbeSummary] {
    measurements.map { measurement in
      ProbeSummary(
        file: item.file, task: item.instance.family, length: item.instance.settings.length,
        index: item.instance.index, step: measurement.step,
        isCorrect: measurement.answer.isCorrect,
        answerProbability: measurement.answer.answerProbability,
        valueProbability: measurement.answer.valueProbability,
        sites: measurement.siteReadings(item.instance), span: measurement.span)
    }
  }
}

extension RetrievalSite {
  /// The site with the greatest mean target mass in context over the instances of a family's shortest
  /// length, for each family; of sites that tie, the one in the lowest layer.
  ///
  /// It is then followed through all lengths and steps. Choosing the best site anew in each cell would
  /// compare different heads, and pick the luckiest.
  public static func best(of summaries: [ProbeSummary]) -> [TaskFamily: RetrievalSite] {
    var chosen: [TaskFamily: RetrievalSite] = [:]
    for task in TaskFamily.allCases {
      let inContext = summaries.filter { $0.task == task && $0.step == 0 }
      guard let shortest = inContext.map(\.length).min() else { continue }
      let cell = inContext.filter { $0.length == shortest }
      var best: (site: RetrievalSite, mass: Double)?
      for (number, reading) in (cell.first?.sites ?? []).enumerated() {
        let mass = Statistics.mean(cell.map { $0.sites[number].mass })
        if mass > best?.mass ?? -1 { best = (reading.site, mass) }
      }
      chosen[task] = best?.site
    }
    return chosen
  }
}
