/// Colours for values: a curve through Oklab, walked at constant speed, so that equal steps of a
/// value look equally large.
public struct ColorMap: Sendable, Equatable {
  /// 257 colours at equal distances along the curve.
  private let samples: [Color]

  /// Dark blue over teal to pale yellow; lightness rises steadily, so it survives greyscale print.
  public static let sequential = ColorMap(through: [
    Oklab(lightness: 0.22, a: 0.005, b: -0.095),
    Oklab(lightness: 0.42, a: -0.050, b: -0.075),
    Oklab(lightness: 0.62, a: -0.098, b: 0.000),
    Oklab(lightness: 0.80, a: -0.085, b: 0.095),
    Oklab(lightness: 0.96, a: -0.020, b: 0.120),
  ])

  /// A map through colours: a Catmull-Rom curve, measured and cut into equal steps.
  init(through stops: [Oklab]) {
    precondition(stops.count >= 2, "a colour map needs two colours or more")
    // Measured after the way through sRGB, so that colours cut off there are counted as they look.
    let fine = (0...4096).map { ColorMap.point(on: stops, at: Double($0) / 4096).color }
    var lengths = [0.0]
    for (before, after) in zip(fine, fine.dropFirst()) {
      lengths.append(lengths[lengths.count - 1] + before.distance(to: after))
    }
    let total = lengths[lengths.count - 1]
    var index = 0
    samples = (0...256).map { step in
      let wanted = total * Double(step) / 256
      while index < fine.count - 1 && lengths[index] < wanted { index += 1 }
      return fine[index]
    }
  }

  /// The colour at a share of the range, with values outside 0…1 moved to the nearer end.
  public func color(at share: Double) -> Color {
    let place = (share > 0 ? min(1, share) : 0) * Double(samples.count - 1)
    return samples[Int(place.rounded())]
  }

  private static func point(on stops: [Oklab], at share: Double) -> Oklab {
    let place = share * Double(stops.count - 1)
    let segment = min(stops.count - 2, Int(place))
    let t = place - Double(segment)
    func stop(_ index: Int) -> Oklab { stops[min(stops.count - 1, max(0, index))] }
    func blend(_ value: (Oklab) -> Double) -> Double {
      let p0 = value(stop(segment - 1))
      let p1 = value(stop(segment))
      let p2 = value(stop(segment + 1))
      let p3 = value(stop(segment + 2))
      let linear = (p2 - p0) * t
      let square = (2 * p0 - 5 * p1 + 4 * p2 - p3) * t * t
      let cubic = (3 * p1 - p0 - 3 * p2 + p3) * t * t * t
      return 0.5 * (2 * p1 + linear + square + cubic)
    }
    return Oklab(lightness: blend(\.lightness), a: blend(\.a), b: blend(\.b))
  }
}
