import Experiments
import Randomness
import Testing

@Suite struct StatisticsTests {
  static let stream = RandomStream(seed: 1, label: "statistics")

  static func normals(_ count: Int, _ label: String) -> [Double] {
    var stream = stream.child(label)
    return (0..<count).map { _ in stream.normal() }
  }

  @Test func quantilesLieBetweenNeighbours() {
    let sorted = [1.0, 2, 4, 8]
    #expect(Statistics.quantile(sorted, 0) == 1)
    #expect(Statistics.quantile(sorted, 1) == 8)
    #expect(Statistics.quantile(sorted, 0.5) == 3)
    #expect(abs(Statistics.quantile(sorted, 0.9) - 6.8) < 1e-12)
    #expect(Statistics.quantile([5], 0.3) == 5)
  }

  /// The resampled means of {0, 1} are 0, ½ and 1 with the probabilities ¼, ½ and ¼.
  @Test func twoValuesHaveTheirExactInterval() {
    let wide = Statistics.bootstrap([0, 1], stream: Self.stream)
    #expect((wide.count, wide.mean, wide.lower, wide.upper) == (2, 0.5, 0, 1))
    let narrow = Statistics.bootstrap([0, 1], confidence: 0.4, stream: Self.stream)
    #expect(narrow.lower == 0.5 && narrow.upper == 0.5)
  }

  @Test func aConstantHasNoError() {
    let estimate = Statistics.bootstrap([0.1, 0.1, 0.1], stream: Self.stream)
    #expect(abs(estimate.mean - 0.1) < 1e-15)
    #expect(estimate.lower == estimate.mean && estimate.upper == estimate.mean)
    #expect(Statistics.bootstrap([3], stream: Self.stream).upper == 3)
  }

  /// For many normal values the interval is the mean ± 1.96 standard errors.
  @Test func manyNormalValuesHaveTheNormalInterval() {
    let values = Self.normals(400, "normal")
    let estimate = Statistics.bootstrap(values, stream: Self.stream)
    let mean = values.reduce(0, +) / 400
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 400
    let error = (variance / 400).squareRoot()
    #expect(abs(estimate.mean - mean) < 1e-12)
    #expect(abs((estimate.upper - mean) / (1.96 * error) - 1) < 0.06)
    #expect(abs((mean - estimate.lower) / (1.96 * error) - 1) < 0.06)
  }

  @Test func pairingTakesOutWhatInstancesShare() {
    let difficulty = Self.normals(100, "difficulty").map { 10 * $0 }
    let gain = Self.normals(100, "gain").map { 1 + $0 }
    let after = zip(difficulty, gain).map { $0 + $1 }
    let paired = Statistics.pairedBootstrap(
      before: difficulty, after: after, stream: Self.stream)
    #expect(abs(paired.mean - Statistics.mean(gain)) < 1e-9)
    #expect(paired.lower > 0.7 && paired.upper < 1.3)
    let alone = Statistics.bootstrap(after, stream: Self.stream)
    #expect(alone.upper - alone.lower > 3 * (paired.upper - paired.lower))
  }

  @Test func theStreamDecidesTheResamples() {
    let values = Self.normals(50, "repeat")
    let first = Statistics.bootstrap(values, resamples: 200, stream: Self.stream)
    #expect(Statistics.bootstrap(values, resamples: 200, stream: Self.stream) == first)
    let other = Statistics.bootstrap(values, resamples: 200, stream: Self.stream.child(1))
    #expect(other.mean == first.mean && other.lower != first.lower)
  }
}
