import Foundation

/// A place on an axis: labelled, or a short stroke between the labelled ones.
public struct Tick: Sendable, Equatable {
  public var value: Double
  /// The text beside it, in markup; nil for a minor tick.
  public var label: String?

  public init(_ value: Double, label: String? = nil) {
    self.value = value
    self.label = label
  }
}

/// Chooses ticks for an axis of a given length: round values, as dense as labels fit without
/// touching.
public struct TickMaker {
  let scale: Scale
  let length: Double
  let spacing: Double
  let gap: Double
  let extent: (String) -> Double

  /// - Parameters:
  ///   - length: the axis's length in points.
  ///   - spacing: the least distance of labelled ticks, in points.
  ///   - gap: the least free room between two labels, in points.
  ///   - extent: how much of the axis a label takes, in points.
  public init(
    scale: Scale, length: Double, spacing: Double, gap: Double,
    extent: @escaping (String) -> Double
  ) {
    self.scale = scale
    self.length = length
    self.spacing = spacing
    self.gap = gap
    self.extent = extent
  }

  /// Ticks at round numbers.
  ///
  /// `data` are the values shown along the axis: on a base-2 axis a ladder of doublings, such as 160,
  /// 320, 640, is continued, and a few irregular lengths are labelled as they are.
  public func automatic(data: [Double] = []) -> [Tick] {
    switch scale.kind {
    case .linear: linear()
    case .log2: doublings(data: data)
    case .log10: decades()
    }
  }

  /// Ticks at the given values; a label that would touch one that is there already is left out.
  ///
  /// - Parameter isPreferred: which values are labelled before the others; among equals those further
  ///   left or lower are first.
  public func at(
    _ values: [Double], preferring isPreferred: (Double) -> Bool = { _ in false },
    label: (Double) -> String
  ) -> [Tick] {
    var ticks = sortedByPlace(values).map { Tick($0) }
    var taken: [ClosedRange<Double>] = []
    for wanted in [true, false] {
      for place in ticks.indices where isPreferred(ticks[place].value) == wanted {
        let text = label(ticks[place].value)
        let center = scale.share(of: ticks[place].value) * length
        let half = extent(text) / 2 + gap / 2
        let span = center - half...center + half
        guard
          !taken.contains(where: {
            $0.upperBound > span.lowerBound && $0.lowerBound < span.upperBound
          })
        else { continue }
        taken.append(span)
        ticks[place] = Tick(ticks[place].value, label: text)
      }
    }
    return ticks
  }

  /// The values inside the domain, once each, from the left or lower end on.
  func sortedByPlace(_ values: [Double]) -> [Double] {
    let inside = Set(values.filter(isInside))
    return inside.sorted { scale.share(of: $0) < scale.share(of: $1) }
  }

  func isInside(_ value: Double) -> Bool {
    let share = scale.share(of: value)
    return share >= -1e-9 && share <= 1 + 1e-9
  }

  /// Whether no label comes nearer than the gap to the next.
  func fits(_ ticks: [Tick]) -> Bool {
    let spans = ticks.compactMap { tick in
      tick.label.map { (center: scale.share(of: tick.value) * length, half: extent($0) / 2) }
    }.sorted { $0.center < $1.center }
    return zip(spans, spans.dropFirst()).allSatisfy { before, after in
      before.center + before.half + gap <= after.center - after.half
        && after.center - before.center >= spacing
    }
  }

  /// The first candidate that fits; the last one, thinned out, when none does.
  func firstFitting(_ candidates: some Sequence<[Tick]>) -> [Tick] {
    var last: [Tick] = []
    for candidate in candidates {
      if fits(candidate) { return candidate }
      last = candidate
    }
    let labels = Dictionary(last.map { ($0.value, $0.label ?? "") }) { first, _ in first }
    return at(last.map(\.value)) { labels[$0] ?? "" }
  }
}
