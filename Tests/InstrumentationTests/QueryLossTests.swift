import Foundation
import Instrumentation
import Randomness
import TensorKernels
import Testing

/// The query gradient against central differences and against the lab's own attention kernel.
@Suite struct QueryLossTests {
  struct Case {
    var keys: [Double]
    var query: [Double]
    var width: Int
    var targets: RangeSet<Int>
    var loss: QueryLoss { QueryLoss(keys: keys, width: width, targets: targets) }
  }

  static func cases(_ seed: UInt64) -> [Case] {
    var stream = RandomStream(seed: seed, label: "query loss")
    return [(3, 4, 1), (40, 8, 1), (40, 8, 5), (500, 32, 2)].map { rows, width, targets in
      let start = stream.below(rows - targets + 1)
      return Case(
        keys: (0..<rows * width).map { _ in stream.normal() },
        query: (0..<width).map { _ in 2 * stream.normal() }, width: width,
        targets: RangeSet(start..<start + targets))
    }
  }

  /// The mass of the targets may be too small for a number, and the loss has a slope all the same.
  @Test func targetsOfNoMassHaveAGradient() {
    for targets in [RangeSet(0..<1), RangeSet(0..<2)] {
      let loss = QueryLoss(
        keys: [-1000, 0, -1001, 1, 1000, 0, 999, 2], width: 2, targets: targets)
      #expect(loss.attention(at: [1, 1])[0] == 0)
      let gradient = loss.gradient(at: [1, 1])
      let slope = loss.differences(at: [1, 1])
      #expect(zip(gradient, slope).allSatisfy { abs($0 - $1) < 1e-6 * abs($0) + 1e-6 })
    }
  }

  @Test func theGradientIsTheSlopeOfTheLoss() {
    var stream = RandomStream(seed: 3, label: "directions")
    for item in Self.cases(1) {
      let gradient = item.loss.gradient(at: item.query)
      for _ in 0..<4 {
        let direction = (0..<item.width).map { _ in stream.normal() }
        let step = 1e-5
        let up = item.loss.value(at: zip(item.query, direction).map { $0 + step * $1 })
        let down = item.loss.value(at: zip(item.query, direction).map { $0 - step * $1 })
        let slope = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs((up - down) / (2 * step) - slope) < 1e-6 * max(1, abs(slope)))
      }
    }
  }

  @Test func differencesAgreeAxisByAxis() {
    for item in Self.cases(11) {
      let gradient = item.loss.gradient(at: item.query)
      let differences = item.loss.differences(at: item.query)
      let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(zip(gradient, differences).allSatisfy { abs($0 - $1) < 1e-7 * max(norm, 1) })
      #expect(differences.count == item.width)
    }
  }

  @Test func theMeasuredGainIsThatOfTheStep() {
    // Two keys ±1 and the first as target: ℓ(q) = log(1 + e^(−2q)), ∇ℓ(0) = −1.
    let loss = QueryLoss(keys: [1, -1], width: 1, targets: RangeSet(0..<1))
    #expect(abs(loss.measuredGain(at: [0], learningRate: 0.5) - log(2 / (1 + exp(-1)))) < 1e-12)
    #expect(abs(loss.predictedGain(at: [0], learningRate: 0.5) - 0.5) < 1e-12)
  }

  @Test func forOneTargetItIsThePropositionsForm() throws {
    let item = Self.cases(2)[1]
    let target = try #require(item.targets.ranges.first?.lowerBound)
    let attention = item.loss.attention(at: item.query)
    #expect(abs(item.loss.value(at: item.query) + log(attention[target])) < 1e-12)
    for (column, component) in item.loss.gradient(at: item.query).enumerated() {
      var expected = -item.keys[target * item.width + column]
      for (row, weight) in attention.enumerated() {
        expected += weight * item.keys[row * item.width + column]
      }
      #expect(abs(component - expected / Double(item.width).squareRoot()) < 1e-12)
    }
  }

  @Test func aSmallStepGainsWhatIsPredicted() {
    for item in Self.cases(5) {
      let gradient = item.loss.gradient(at: item.query)
      let before = item.loss.value(at: item.query)
      var last = Double.infinity
      // The error is O(η²), so against a gain of O(η) it shrinks with η.
      for rate in [1e-2, 1e-3, 1e-4] {
        let after = item.loss.value(at: zip(item.query, gradient).map { $0 - rate * $1 })
        let predicted = item.loss.predictedGain(at: item.query, learningRate: rate)
        let error = abs((before - after) / predicted - 1)
        #expect(error < 20 * rate && error < last)
        last = error
      }
    }
  }

  @Test func theScoresAreThoseOfTheKernel() throws {
    let item = Self.cases(7)[3]
    let rows = item.keys.count / item.width
    let keys = FloatStorage(item.keys.map { Float($0) })
    let query = FloatStorage(item.query.map { Float($0) })
    let scores = FloatStorage(count: rows)
    let matrix = keys.view.matrix(rows: rows, columns: item.width)
    Attention(queryHeads: 1, keyValueHeads: 1, headWidth: item.width).scores(
      head: 0, row: 0, queries: query.view.matrix(rows: 1, columns: item.width),
      keyValues: KeyValueView(keys: matrix, values: matrix, headWidth: item.width),
      seen: 0..<rows, into: scores.view)
    let row = try #require(attentionRow(scores.view.array))
    let loss = QueryLoss(
      keys: keys.view.array.map(Double.init), width: item.width, targets: item.targets)
    let position = query.view.array.map(Double.init)
    #expect(zip(row.attention, loss.attention(at: position)).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(abs(-log(row.mass(on: item.targets)) - loss.value(at: position)) < 1e-5)
  }
}

/// What an attention output can carry of the needle.
@Suite struct NeedleSignalTests {
  @Test func theOutputNeverExceedsTheBound() {
    var stream = RandomStream(seed: 8, label: "needle signal")
    for length in [1, 2, 30] {
      for _ in 0..<50 {
        let weights = (0..<length).map { _ in exp(3 * stream.normal()) }
        let total = weights.reduce(0, +)
        let projections = (0..<length).map { _ in stream.normal() }
        let signal = NeedleSignal(
          attention: weights.map { $0 / total }, projections: projections,
          targets: RangeSet(0..<1 + stream.below(length)))
        let output = zip(weights, projections).reduce(0) { $0 + $1.0 / total * $1.1 }
        #expect(abs(signal.output - output) < 1e-12)
        #expect(signal.output <= signal.bound + 1e-12)
      }
    }
  }

  @Test func itIsMetWhenAllDistractorsAgree() {
    let signal = NeedleSignal(
      attention: [0.25, 0.5, 0.25], projections: [4, -1, -1], targets: RangeSet(0..<1))
    #expect(signal.output == 0.25 && signal.bound == 0.25)
    let loose = NeedleSignal(
      attention: [0.25, 0.5, 0.25], projections: [4, -1, 3], targets: RangeSet(0..<1))
    #expect(loose.output == 1.25 && loose.bound == 3.25)
  }
}

/// The direction in which a needle's values stand out.
@Suite struct NeedleDirectionTests {
  @Test func itPointsFromTheRestToTheNeedle() throws {
    // Needle (3, 4) and (3, 6), mean (3, 5); the rest (0, 0) and (0, 2), mean (0, 1): (3, 4) / 5.
    let values: [Float] = [0, 0, 3, 4, 3, 6, 0, 2]
    let direction = try #require(
      NeedleDirection(values: values, width: 2, targets: RangeSet(1..<3)))
    #expect(zip(direction.vector, [0.6, 0.8]).allSatisfy { abs($0 - $1) < 1e-12 })
    let expected = [0, 5, 6.6, 1.6]
    #expect(zip(direction.projections(of: values), expected).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(abs(direction.projection(of: [1, 1]) - 1.4) < 1e-12)
  }

  @Test func withoutADifferenceThereIsNone() {
    #expect(NeedleDirection(values: [1, 2, 1, 2], width: 2, targets: RangeSet(0..<1)) == nil)
    #expect(NeedleDirection(values: [1, 2], width: 2, targets: RangeSet(0..<1)) == nil)
  }
}
