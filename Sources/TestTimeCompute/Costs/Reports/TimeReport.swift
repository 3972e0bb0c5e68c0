import DataFiles
import Foundation
import TensorKernels
import TransformerModel

/// What `flops --estimate` adds: how long it would take here, and how much memory.
public struct TimeReport: Encodable, Sendable {
  var threads: Int
  var weights: String
  var cache: String
  /// Operations and bytes a second.
  var rates: KernelRates
  var seconds: CostEstimate.Seconds
  /// N steps, and the thinking tokens that they pay for.
  var stepsSeconds: Double
  var thinkingTokens: Int
  var thinkingSeconds: Double
  var bytes: CostEstimate.Bytes
  var peakBytes: Int
  var freeBytes: Int?

  /// Measures this machine for some seconds.
  ///
  /// - Parameters:
  ///   - costs: of the same shape.
  ///   - weights: how weights are kept.
  ///   - cache: how keys and values are kept.
  ///   - freeBytes: memory for new work; nil where it is unknown.
  public init(
    _ shape: ModelConfiguration, costs: CostReport, weights: StoragePrecision,
    cache: StoragePrecision, threads: Int, freeBytes: Int?
  ) {
    let rates = KernelRates.measure(
      shape, weights: weights, cache: cache, span: costs.span, length: costs.length,
      workers: Workers(count: threads))
    let thinking = costs.matches.first?.thinkingTokens ?? 0
    let estimate = CostEstimate(
      shape, length: costs.length, room: thinking, span: costs.span, weights: weights,
      cache: cache, rates: rates)
    self.threads = threads
    self.weights = weights.rawValue
    self.cache = cache.rawValue
    self.rates = rates
    seconds = estimate.seconds
    stepsSeconds = Double(costs.steps) * estimate.seconds.step
    thinkingTokens = thinking
    thinkingSeconds = Double(thinking) * estimate.seconds.token
    bytes = estimate.bytes
    peakBytes = estimate.bytes.peak
    self.freeBytes = freeBytes
  }

  /// The report as text for people.
  public func lines(_ costs: CostReport) -> [String] {
    func gigabytes(_ bytes: Int) -> String {
      String(format: bytes < 10 << 20 ? "%.4f GiB" : "%.2f GiB", Double(bytes) / Double(1 << 30))
    }
    func rate(_ value: Double) -> String { String(format: "%.1f", value * 1e-9) }
    func time(_ seconds: Double) -> String {
      if seconds < 100 { return String(format: seconds < 1 ? "%.3f s" : "%.1f s", seconds) }
      let whole = Int(min(seconds, 1e12).rounded())
      return String(format: "%d:%02d:%02d h", whole / 3600, whole / 60 % 60, whole % 60)
    }
    let times = [
      ("reading \(costs.length) tokens", time(seconds.prefill)),
      ("one token behind them", time(seconds.token)),
      ("one qTTT step, k=\(costs.span)", time(seconds.step)),
      ("\(costs.steps) qTTT steps", time(stepsSeconds)),
      ("the \(thinkingTokens) thinking tokens that they pay for", time(thinkingSeconds)),
    ]
    let memory = [
      ("weights in \(weights)", gigabytes(bytes.weights)),
      ("keys and values in \(cache)", gigabytes(bytes.cache)),
      ("those of the thinking tokens", gigabytes(bytes.generated)),
      ("reading in chunks", gigabytes(bytes.reading)),
      ("training queries", gigabytes(bytes.training)),
      ("at most at a time", gigabytes(peakBytes)),
    ]
    let width = (times + memory).map(\.0.count).max() ?? 0
    var lines = [""]
    lines += TextTable(
      "Here, with \(threads) threads, it would take about", pairs: times, width: width
    ).lines(indent: "  ")
    lines += TextTable("and of memory", pairs: memory, width: width).lines(indent: "  ")
    if let freeBytes {
      lines.append(
        "of which \(gigabytes(freeBytes)) \(peakBytes <= freeBytes ? "are free: it fits" : "are free: too little")."
      )
    }
    lines.append(
      "Rates measured now: products \(rate(rates.products)) GFLOP/s reading and "
        + "\(rate(rates.stepProducts)) in steps, attention \(rate(rates.attention)) and "
        + "\(rate(rates.stepAttention)); a token reads \(rate(rates.weightBytes)) GB/s of weights, "
        + "\(rate(rates.cacheBytes)) of keys and values.")
    return lines
  }
}
