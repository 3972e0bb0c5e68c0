import TensorKernels
import Testing
import TransformerModel

@testable import TestTimeCompute

@Suite struct CostEstimateTests {
  static let rates = KernelRates(
    products: 50e9, attention: 20e9, stepProducts: 40e9, stepAttention: 10e9, weightBytes: 8e9,
    cacheBytes: 4e9)

  private func estimate(
    _ name: String, length: Int, span: Int = 128, weights: StoragePrecision = .bfloat16,
    cache: StoragePrecision = .float32, rates: KernelRates = CostEstimateTests.rates
  ) throws -> CostEstimate {
    let shape = try #require(KnownShape.named(name)).configuration
    return CostEstimate(
      shape, length: length, room: 0, span: span, weights: weights, cache: cache, rates: rates)
  }

  /// With one rate for everything, time is the exact operations over it: nothing is left out or counted
  /// twice by the split.
  @Test(arguments: ["sandbox", "qwen3-0.6b", "qwen3-4b", "qwen3-32b"], [300, 8192])
  func partsMakeTheWhole(name: String, length: Int) throws {
    var even = Self.rates
    (even.products, even.attention, even.stepProducts, even.stepAttention) = (1e9, 1e9, 1e9, 1e9)
    let costs = FLOPs(try #require(KnownShape.named(name)).configuration)
    let seconds = try estimate(name, length: length, rates: even).seconds
    let prefill = Double(costs.prefill(length)) / 1e9
    let step = Double(costs.meanSpanStep(128, length: length)) / 1e9
    #expect(abs(seconds.prefill - prefill) < 1e-9 * prefill)
    #expect(abs(seconds.step - step) < 1e-9 * step)
  }

  /// By hand: Qwen3-4B has 4,022,468,096 parameters, 36 layers and 1024 keys and as many values a token.
  @Test func qwen3At8192Tokens() throws {
    let full = try estimate("qwen3-4b", length: 8192)
    #expect(full.bytes.weights == 2 * 4_022_468_096)
    #expect(full.bytes.cache == 36 * 2 * 1024 * 8192 * 4)
    let seconds = 2 * 4_022_468_096 / 8e9 + Double(full.bytes.cache) / 4e9
    #expect(abs(full.seconds.token - seconds) < 1e-9)
    #expect(full.bytes.generated == 0 && full.bytes.peak < 17 << 30)
    // What reads and generates but does not train.
    #expect(full.bytes.peak - full.bytes.training < 10 << 30)
    #expect(try estimate("qwen3-1.7b", length: 8192).bytes.peak < 8 << 30)
    let halved = try estimate("qwen3-4b", length: 8192, weights: .float32, cache: .bfloat16)
    #expect(halved.bytes.weights == 2 * full.bytes.weights)
    #expect(2 * halved.bytes.cache == full.bytes.cache)
  }

  /// A token does not read the embedding of an untied model.
  @Test func untiedEmbeddingsAreNotRead() throws {
    let shape = try #require(KnownShape.named("qwen3-8b")).configuration
    let seconds = try estimate("qwen3-8b", length: 2, span: 1).seconds.token
    let read = ParameterLayout(shape).count - shape.vocabularySize * shape.width
    #expect(abs(seconds - 2 * Double(read) / 8e9) < 1e-3)
  }

  /// Attention's share is what attention tallies: the difference to a model that reads nothing before.
  @Test func attentionIsWhatGrowsWithTheContext() throws {
    let costs = FLOPs(KnownShape.sandbox.configuration)
    let behind = costs.append(10, after: 500, logits: .none)
    let alone = costs.append(10, after: 0, logits: .none)
    #expect(behind - alone == costs.prefillAttention(10, after: 500) - costs.prefillAttention(10))
    let long = costs.meanSpanStep(16, length: 400) - costs.meanSpanStep(16, length: 17)
    #expect(
      long == costs.meanSpanAttention(16, length: 400) - costs.meanSpanAttention(16, length: 17))
  }

  @Test(arguments: StoragePrecision.allCases)
  func ratesAreMeasured(weights: StoragePrecision) {
    let rates = KernelRates.measure(
      KnownShape.sandbox.configuration, weights: weights, cache: .float32, span: 16, length: 100,
      workers: Workers(count: 2))
    for rate in [
      rates.products, rates.attention, rates.stepProducts, rates.stepAttention, rates.weightBytes,
      rates.cacheBytes,
    ] {
      #expect(rate > 0 && rate.isFinite)
    }
  }
}
