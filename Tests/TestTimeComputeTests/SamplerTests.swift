import Foundation
import Randomness
import TestTags
import TestTimeCompute
import Testing

@Suite(.tags(.golden)) struct SamplerTests {
  /// Logits with ties.
  static func logits(_ count: Int, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, label: "logits")
    return (0..<count).map { _ in Float(stream.normal() * 2).rounded() / 2 }
  }

  /// The kept tokens by definition: for each number of tokens in order of probability, whether they
  /// reach the share.
  static func bruteForce(_ logits: [Float], _ sampler: Sampler) -> [Int: Double] {
    let weights = logits.map { exp(Double($0) / sampler.temperature) }
    let order = logits.indices.sorted { (-logits[$0], $0) < (-logits[$1], $1) }
    let top = Array(order.prefix(sampler.topK ?? logits.count))
    let total = top.reduce(0) { $0 + weights[$1] }
    let count = (1...top.count).first { n in
      top.prefix(n).reduce(0) { $0 + weights[$1] } >= sampler.topP * total * (1 - 1e-12)
    }
    let kept = top.prefix(count ?? top.count)
    let sum = kept.reduce(0) { $0 + weights[$1] }
    return Dictionary(uniqueKeysWithValues: kept.map { ($0, weights[$0] / sum) })
  }

  @Test func choicesAreThoseOfTheDefinition() throws {
    for seed in UInt64(0)..<40 {
      let logits = Self.logits(1 + Int(seed), seed: seed)
      for temperature in [0.3, 0.6, 1, 2] {
        for topP in [0.05, 0.5, 0.95, 1] {
          for topK in [nil, 1, 3, 20, 1000] {
            let sampler = Sampler(temperature: temperature, topP: topP, topK: topK)
            let choices = try #require(sampler.choices(logits))
            let expected = Self.bruteForce(logits, sampler)
            #expect(Set(choices.map { Int($0.token) }) == Set(expected.keys))
            for choice in choices {
              #expect(abs(choice.probability - expected[Int(choice.token)]!) < 1e-12)
            }
            #expect(abs(choices.reduce(0) { $0 + $1.probability } - 1) < 1e-12)
          }
        }
      }
    }
  }

  @Test func drawsHaveTheirProbabilities() throws {
    let logits = Self.logits(12, seed: 3)
    let sampler = Sampler(temperature: 0.8, topP: 0.9, topK: 8)
    let choices = try #require(sampler.choices(logits))
    var stream = RandomStream(seed: 4, label: "draws")
    var counts: [Int32: Int] = [:]
    let draws = 40_000
    for _ in 0..<draws {
      counts[try #require(sampler.next(logits, stream: &stream)), default: 0] += 1
    }
    #expect(Set(counts.keys) == Set(choices.map(\.token)))
    for choice in choices {
      let deviation = (choice.probability * (1 - choice.probability) / Double(draws)).squareRoot()
      let share = Double(counts[choice.token] ?? 0) / Double(draws)
      #expect(abs(share - choice.probability) < 5 * deviation)
    }
  }

  @Test func coldDrawsAreTheFirstOfTheMostProbable() throws {
    var stream = RandomStream(seed: 5, label: "cold")
    for seed in UInt64(0)..<20 {
      let logits = Self.logits(9, seed: seed)
      let best = Int32(logits.firstIndex(of: logits.max()!)!)
      let before = stream
      #expect(Sampler.greedy.next(logits, stream: &stream) == best)
      #expect(stream == before, "a greedy choice draws nothing")
      let cold = Sampler(temperature: 1e-9, topK: 1)
      #expect(cold.next(logits, stream: &stream) == best)
    }
  }

  @Test func whatIsNotFiniteHasNoNextToken() {
    var stream = RandomStream(seed: 6, label: "none")
    for bad in [Float.nan, .infinity, -.infinity] {
      for sampler in [Sampler.greedy, .paper] {
        #expect(sampler.next([0, bad, 1], stream: &stream) == nil)
      }
    }
  }
}
