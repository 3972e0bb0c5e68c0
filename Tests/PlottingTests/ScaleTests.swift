import Foundation
import Plotting
import Testing

@Suite struct ScaleTests {
  /// Scales of all kinds over domains of many sizes.
  static let samples: [Scale] = {
    var stream = TestStream(5)
    var scales: [Scale] = []
    for round in 0..<200 {
      let low = Double.random(in: -1...1, using: &stream) * pow(10, Double(round % 13 - 6))
      let span = pow(10, Double.random(in: -4...6, using: &stream))
      let isReversed = round.isMultiple(of: 3)
      scales.append(Scale(.linear, domain: low...(low + span), isReversed: isReversed))
      let positive = abs(low) + 1e-9
      let factor = 1 + pow(10, Double.random(in: -2...8, using: &stream))
      for kind in [Scale.Kind.log2, .log10] {
        scales.append(Scale(kind, domain: positive...(positive * factor), isReversed: isReversed))
      }
    }
    return scales
  }()

  @Test func endsLieAtTheEnds() {
    for scale in ScaleTests.samples {
      let (low, high) = (
        scale.share(of: scale.domain.lowerBound), scale.share(of: scale.domain.upperBound)
      )
      #expect(low == (scale.isReversed ? 1 : 0))
      #expect(abs(high - (scale.isReversed ? 0 : 1)) < 1e-12)
    }
  }

  @Test func valueIsTheInverseOfShare() {
    for scale in ScaleTests.samples {
      let span = scale.domain.upperBound - scale.domain.lowerBound
      for share in stride(from: -0.1, through: 1.1, by: 0.1) {
        let value = scale.value(at: share)
        #expect(abs(scale.share(of: value) - share) < 1e-6, "\(scale) at \(share)")
        #expect(value.isFinite && abs(value) <= abs(scale.domain.upperBound) * 10 + span * 10)
      }
    }
  }

  @Test func greaterValuesLieFurther() {
    for scale in ScaleTests.samples {
      let shares = stride(from: 0.0, through: 1, by: 0.05).map { share in
        scale.share(of: scale.value(at: share))
      }
      for (before, after) in zip(shares, shares.dropFirst()) { #expect(before < after) }
    }
  }

  @Test func ratiosAreEquallyLongOnLogarithmicScales() {
    let scale = Scale(.log2, domain: 160...20_480)
    for power in 0...7 {
      #expect(abs(scale.share(of: 160 * exp2(Double(power))) - Double(power) / 7) < 1e-12)
    }
  }

  @Test func paddingIsFreeRoomAtBothEnds() {
    for kind in [Scale.Kind.linear, .log2, .log10] {
      let scale = Scale(kind, from: 10, to: 1000, padding: 0.25)
      #expect(abs(scale.share(of: 10) - 1.0 / 6) < 1e-9)
      #expect(abs(scale.share(of: 1000) - 5.0 / 6) < 1e-9)
    }
    #expect(Scale(.log10, from: 10, to: 1000, padding: 0).domain == 10...1000)
  }

  @Test(arguments: [0.0, -0.0, 5e-324, 1, -3, 1e15, -1e99])
  func equalValuesLieInTheMiddle(value: Double) {
    let scale = Scale(.linear, from: value, to: value, padding: 0.04)
    #expect(abs(scale.share(of: value) - 0.5) < 1e-6)
    if value > 1e-100 {
      let logarithmic = Scale(.log10, from: value, to: value, padding: 0.04)
      #expect(abs(logarithmic.share(of: value) - 0.5) < 1e-6)
    }
  }
}
