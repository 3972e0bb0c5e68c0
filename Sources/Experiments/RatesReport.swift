import Foundation

/// The rates on which a dry run's time rests.
public struct RatesReport: Encodable, Sendable {
  var productsGflops: Double
  var attentionGflops: Double
  var adaptGflops: Double?
  var answerGflops: Double
  /// Of tokens that are generated one by one; null where none is.
  var generatingProductsGflops: Double?
  var generatingAttentionGflops: Double?

  /// Rates in units for people.
  public init(_ rates: WorkRates) {
    productsGflops = rates.products * 1e-9
    attentionGflops = rates.attention * 1e-9
    adaptGflops = rates.adapt.map { $0 * 1e-9 }
    answerGflops = rates.answer * 1e-9
    generatingProductsGflops = rates.generating.map { $0.products * 1e-9 }
    generatingAttentionGflops = rates.generating.map { $0.attention * 1e-9 }
  }

  /// The rates in one line.
  ///
  /// - Parameter threads: of how many threads together they are.
  public func line(threads: Int) -> String {
    func rate(_ gflops: Double) -> String { String(format: "%.1f", gflops) }
    var words = [
      "\(rate(productsGflops)) GFLOP/s in products", "\(rate(attentionGflops)) in attention",
    ]
    if let adaptGflops { words.append("\(rate(adaptGflops)) adapting") }
    words.append("\(rate(answerGflops)) answering")
    if let generatingProductsGflops {
      words.append("\(rate(generatingProductsGflops)) token by token")
    }
    let who = threads == 1 ? "One thread here does" : "\(threads) threads here do"
    return "\(who) \(words.joined(separator: ", "))"
  }
}
