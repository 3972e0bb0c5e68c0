import Randomness

/// What numbers of instances are, which decides their interval.
public enum ValueScale: String, Sendable {
  /// Right or wrong: 1 or 0.
  case binary
  /// From 0 to 1.
  case share
  /// From 0 to 100.
  case percent
  /// Anything else.
  case real
}

/// What is estimated. Its name decides the resamples, so that whatever is shown of the same values, in a
/// table, a figure or a report, has the same interval.
public struct Quantity: Sendable, Hashable {
  /// The task, or whatever else the instances are of.
  public var subject: String
  /// T; nil where instances of several lengths are averaged.
  public var length: Int?
  /// The measure.
  public var name: String
  public var scale: ValueScale

  public init(subject: String, length: Int?, name: String, scale: ValueScale) {
    (self.subject, self.length, self.name, self.scale) = (subject, length, name, scale)
  }

  /// A measure of a task at a length.
  public init(_ measure: Measure, task: String, length: Int) {
    self.init(subject: task, length: length, name: measure.rawValue, scale: measure.scale)
  }

  fileprivate var asShare: Quantity {
    var copy = self
    copy.scale = .share
    return copy
  }
}

/// The one place where means over instances and their intervals are made.
///
/// - Proportions have Wilson's interval, paired differences of proportions Tango's (below 12 pairs Agresti
///   and Min's) and the exact McNemar test.
/// - Other means have a bootstrap-t, and paired differences the exact test over all changes of signs, or
///   Student's where more than 16 differ. Values between 0 and 1 keep within the interval that zeros and
///   ones of the same mean would have, which no values exceed in variance.
/// - Of one instance there is no interval, and none of two or three values that are no zeros and ones.
public struct Estimator: Sendable {
  public let seed: UInt64
  /// Of each bootstrap.
  public let resamples: Int

  /// - Parameter seed: decides the resamples.
  public init(seed: UInt64, resamples: Int = Statistics.resamples) {
    precondition(resamples >= 40, "an interval needs resamples outside of it")
    (self.seed, self.resamples) = (seed, resamples)
  }

  /// The mean of values with its interval; nil of none. The order of the values does not matter.
  public func mean(_ values: [Double], of quantity: Quantity) -> Estimate? {
    guard !values.isEmpty else { return nil }
    if quantity.scale == .percent {
      return mean(values.map { $0 / 100 }, of: quantity.asShare)?.times(100)
    }
    let values = values.sorted()
    let mean = Statistics.mean(values)
    let count = values.count
    guard count > 1 else { return Estimate(count: count, mean: mean) }
    // A table that was edited may hold other numbers than its columns are for.
    let isShare = quantity.scale != .real && values.allSatisfy { 0...1 ~= $0 }
    let widest =
      isShare
      ? ProportionIntervals.wilson(successes: mean * Double(count), count: count) : nil
    if let widest, values.allSatisfy({ $0 == 0 || $0 == 1 }) {
      return Estimate(count: count, mean: mean, interval: widest, method: .wilson)
    }
    let (interval, method) = continuous(values, quantity, within: widest.map { ($0, .wilson) })
    return Estimate(count: count, mean: mean, interval: interval, method: method)
  }

  /// The mean of `after − before`, pair by pair, with interval and test: what the instances differ in by
  /// themselves drops out. Nil of no pairs.
  ///
  /// - Parameter before: one value for each of `after`.
  public func difference(
    before: [Double], after: [Double], of quantity: Quantity
  ) -> Estimate? {
    precondition(before.count == after.count, "one value before for each after")
    guard !before.isEmpty else { return nil }
    if quantity.scale == .percent {
      return difference(
        before: before.map { $0 / 100 }, after: after.map { $0 / 100 }, of: quantity.asShare)?
        .times(100)
    }
    let differences = zip(before, after).map { $1 - $0 }.sorted()
    let mean = Statistics.mean(differences)
    let count = differences.count
    guard count > 1 else { return Estimate(count: count, mean: mean) }
    let all = before + after
    let isShare = quantity.scale != .real && all.allSatisfy { 0...1 ~= $0 }
    let gains = differences.reduce(0) { $0 + max($1, 0) }
    let losses = differences.reduce(0) { $0 + max(-$1, 0) }
    if isShare, all.allSatisfy({ $0 == 0 || $0 == 1 }) {
      let found = ProportionIntervals.paired(gains: gains, losses: losses, count: count)
      let pValue = PairedTests.mcNemar(gains: Int(gains), losses: Int(losses))
      return Estimate(
        count: count, mean: mean, interval: found.interval, method: found.method,
        test: Estimate.Test(name: .mcNemar, pValue: pValue))
    }
    // As a bound the wider of the two will do, however few pairs there are.
    let widest =
      isShare ? ProportionIntervals.tango(gains: gains, losses: losses, count: count) : nil
    let (interval, method) = continuous(differences, quantity, within: widest.map { ($0, .tango) })
    return Estimate(
      count: count, mean: mean, interval: interval, method: method,
      test: PairedTests.mean(differences))
  }

  /// - Parameters:
  ///   - values: ascending.
  ///   - bound: what the interval keeps within, as the values do within 0 and 1.
  private func continuous(
    _ values: [Double], _ quantity: Quantity,
    within bound: (interval: ClosedRange<Double>, method: Estimate.Method)?
  ) -> (ClosedRange<Double>?, Estimate.Method?) {
    guard values.count >= BootstrapT.leastCount else { return (nil, nil) }
    // Equal values do not show how others would spread, but within 0 and 1 no spread is larger.
    if Spread(values).isConstant { return (bound?.interval, bound?.method) }
    var stream = RandomStream(seed: seed, label: "bootstrap").child(quantity.subject)
    if let length = quantity.length { stream = stream.child(length) }
    let found = BootstrapT.interval(
      values, resamples: resamples, stream: stream.child(quantity.name))
    guard let lower = [found.lower, bound?.interval.lowerBound].compactMap({ $0 }).max(),
      let upper = [found.upper, bound?.interval.upperBound].compactMap({ $0 }).min()
    else { return (nil, nil) }
    return (lower...max(lower, upper), .bootstrapT)
  }
}
