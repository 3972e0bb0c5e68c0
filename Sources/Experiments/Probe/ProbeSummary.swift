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
  /// The probability of the first token of each fact's value.
  public let openingProbability: Double
  /// All sites, layer by layer.
  public let sites: [SiteReading]
  /// The last step of adaptation.
  public var span: SpanStep?

  /// A column, averaged over layers and heads; nil where it was not read.
  public func mean(_ column: SiteColumn) -> Double? {
    let numbers = sites.compactMap { $0[column] }
    return numbers.isEmpty ? nil : Statistics.mean(numbers)
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
        openingProbability: measurement.answer.probabilities.product(
          where: AnswerPass(item.instance).opensValue),
        sites: measurement.siteReadings(item.instance), span: measurement.span)
    }
  }
}
