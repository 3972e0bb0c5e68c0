import SandboxTasks

/// Correct predictions of predictable tokens, slice by slice.
public struct SliceAccuracy: Equatable, Sendable {
  /// One entry a slice: how many tokens were predicted, and how many of them rightly; decayed counts
  /// where running.
  public private(set) var seen = [Double](repeating: 0, count: TrainingSlice.allCases.count)
  public private(set) var correct = [Double](repeating: 0, count: TrainingSlice.allCases.count)

  public init() {}

  /// From saved counts, one entry a slice each; slices that were declared after them have none.
  public init?(seen: [Double], correct: [Double]) {
    guard seen.count == correct.count, seen.count <= self.seen.count else { return nil }
    self.seen.replaceSubrange(seen.indices, with: seen)
    self.correct.replaceSubrange(correct.indices, with: correct)
  }

  mutating func add(slice: UInt8, isCorrect: Bool) {
    seen[Int(slice)] += 1
    if isCorrect { correct[Int(slice)] += 1 }
  }

  /// Adds the counts of another.
  mutating func add(_ other: SliceAccuracy) {
    for slice in seen.indices {
      seen[slice] += other.seen[slice]
      correct[slice] += other.correct[slice]
    }
  }

  /// Shrinks all counts, so that what is added next weighs more.
  mutating func decay(by factor: Double) {
    for slice in seen.indices {
      seen[slice] *= factor
      correct[slice] *= factor
    }
  }

  /// The share of right predictions in a slice, or nil where nothing was predicted.
  public func accuracy(_ slice: TrainingSlice) -> Double? {
    let index = Int(slice.rawValue)
    return seen[index] > 0 ? correct[index] / seen[index] : nil
  }

  /// The share of right predictions over some slices, or nil where nothing was predicted.
  public func accuracy(of slices: [TrainingSlice]) -> Double? {
    let total = slices.reduce(0.0) { $0 + seen[Int($1.rawValue)] }
    return total > 0 ? slices.reduce(0.0) { $0 + correct[Int($1.rawValue)] } / total : nil
  }

  /// The number of predictions in a slice, rounded where counts have decayed.
  public func count(_ slice: TrainingSlice) -> Int { Int(seen[Int(slice.rawValue)].rounded()) }

  /// The share of right predictions over all slices.
  public var overall: Double? {
    let total = seen.reduce(0, +)
    return total > 0 ? correct.reduce(0, +) / total : nil
  }
}
