import Foundation
import Instrumentation
import Testing
import TransformerModel

/// Instruments on rows whose weights are known by hand.
@Suite struct InstrumentTests {
  /// A fact at the second position, its value the same token, in a row with these weights.
  private func seen(_ weights: [Double], firstKey: Int = 0) throws -> ObservedFact {
    let attention = ObservedAttention(
      firstKey: firstKey, scores: weights.map { Float(log($0)) })
    let row = try #require(AttentionRow(attention))
    return ObservedFact(row, span: RangeSet(1..<2), value: RangeSet(1..<2), slacks: [0, 1])
  }

  @Test(arguments: [2, 3, 17, 400]) func equalWeightsSupportAllKeys(count: Int) throws {
    let row = try seen([Double](repeating: 1, count: count))
    let n = Double(count)
    #expect(abs(EffectiveSupport.value(of: row) / n - 1) < 1e-6)
    #expect(abs(SinkShare.value(of: row) - 1 / n) < 1e-6)
    #expect(abs(RecencyShare.value(of: row) - min(1, 16 / n)) < 1e-6)
    #expect(abs(TargetMass.value(of: row) - 1 / n) < 1e-6)
  }

  @Test func allWeightOnOneKeySupportsOne() throws {
    var weights = [Double](repeating: 1e-30, count: 40)
    weights[0] = 1
    let first = try seen(weights)
    #expect(EffectiveSupport.value(of: first) == 1)
    #expect(SinkShare.value(of: first) == 1 && RecencyShare.value(of: first) < 1e-20)
    weights.swapAt(0, 39)
    let last = try seen(weights)
    #expect(EffectiveSupport.value(of: last) == 1)
    #expect(SinkShare.value(of: last) < 1e-20 && RecencyShare.value(of: last) == 1)
  }

  @Test func keysBeforeAWindowHaveNoShare() throws {
    // Positions 30 … 49 of a window of 20 keys, two of them three times as heavy.
    var weights = [Double](repeating: 1, count: 20)
    weights[0] = 3
    weights[19] = 3
    let row = try seen(weights, firstKey: 30)
    #expect(SinkShare.value(of: row) == 0 && TargetMass.value(of: row) == 0)
    #expect(abs(RecencyShare.value(of: row) - 18.0 / 24) < 1e-6)
    let entropy = 2 * (3.0 / 24) * log(24.0 / 3) + 18 * (1.0 / 24) * log(24.0)
    #expect(abs(EffectiveSupport.value(of: row) - exp(entropy)) < 1e-5)
  }

  @Test func namesAreKeysOfTheirOwn() {
    let names = Instruments.all.map { $0.name }
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "_" } })
    #expect(Instruments.read(["sink_share"]).map { $0.name }.last == "sink_share")
    #expect(Instruments.read([]).count == Instruments.standard.count)
  }
}
