import Randomness

/// What training sequences are made of.
public struct TrainingMixture: Sendable, Equatable {
  /// Shares of the families, not negative and not all zero; only their ratios matter.
  public var keyValue = 1.0
  public var needle = 1.0
  public var multiHop = 1.0
  public var transactionLog = 0.0
  public var codeBug = 0.0

  /// The probability that a fact of a stream repeats an earlier one, in 0..<1.
  public var rehearsal = 0.5

  /// The longest chain and the most hops a question asks for, 1 … 8.
  public var hops = 3

  /// The most hops of a question that is answered at once; those of more hops are always traced.
  /// What one pass can learn to compute is bounded by depth, what a trace can is not.
  public var directHops = 8

  /// The number of hop questions drawn after a stream of chains, of which equal ones are asked once.
  public var questions = 5

  /// The probability that a hop question is answered through a trace.
  public var traced = 0.5

  /// The probability that a trace is repeated before its answer counts.
  public var retraced = 0.25

  /// The most values that a needle key has, 1 … 4.
  public var needleValues = 4

  /// The most keys that an `ask` block names, 1 … 8.
  public var needleQueries = 4

  /// The most anomalies of a log, and bugs of a code base; each is asked for. Several let a sequence
  /// say more about how they are found; a task has one.
  public var anomalies = 3

  /// The probability that a log or a code base is reviewed: a verdict closes each line, and nothing is
  /// asked. One verdict a line teaches what is wrong with lines faster than one question a log.
  public var reviewed = 0.0

  /// Equal shares of key-value, needle and multi-hop, at the settings above.
  public init() {}

  /// Throws for the first setting that is out of its range.
  public func validate() throws(TaskSettingsError) {
    for family in TaskFamily.allCases where !(self[family] >= 0 && self[family].isFinite) {
      throw .outOfRange(
        name: "the share of \(family.rawValue)", value: "\(self[family])", range: "0 or more")
    }
    guard TaskFamily.allCases.contains(where: { self[$0] > 0 }) else { throw .emptyMixture }
    guard rehearsal >= 0, rehearsal < 1 else {
      throw .outOfRange(name: "rehearsal", value: "\(rehearsal)", range: "0 or more, below 1")
    }
    for (name, value) in [("traced", traced), ("retraced", retraced), ("reviewed", reviewed)]
    where !(0...1 ~= value) {
      throw .outOfRange(name: name, value: "\(value)", range: "0 … 1")
    }
    for (name, value, range) in [
      ("hops", hops, 1...SandboxToken.hopLimit),
      ("direct hops", directHops, 1...SandboxToken.hopLimit), ("questions", questions, 0...1000),
      ("needle values", needleValues, 1...SandboxToken.ordinalCount),
      ("needle queries", needleQueries, 1...TaskSettings.keyLimit),
      ("anomalies", anomalies, 1...LedgerAnomaly.allCases.count),
    ] where !range.contains(value) {
      throw .outOfRange(
        name: name, value: "\(value)", range: "\(range.lowerBound) … \(range.upperBound)")
    }
  }

  /// The share of a family.
  public subscript(family: TaskFamily) -> Double {
    get { self[keyPath: Self.share(family)] }
    set { self[keyPath: Self.share(family)] = newValue }
  }

  /// Where the share of a family is kept. A switch, so that no family can be without one.
  private static func share(_ family: TaskFamily) -> WritableKeyPath<TrainingMixture, Double> {
    switch family {
    case .keyValue: \.keyValue
    case .needle: \.needle
    case .multiHop: \.multiHop
    case .transactionLog: \.transactionLog
    case .codeBug: \.codeBug
    }
  }

  /// Draws a family by the shares.
  func family(_ stream: inout RandomStream) -> TaskFamily {
    var left = stream.unit() * TaskFamily.allCases.reduce(0) { $0 + self[$1] }
    var last = TaskFamily.keyValue
    for family in TaskFamily.allCases where self[family] > 0 {
      left -= self[family]
      last = family
      if left < 0 { break }
    }
    return last
  }
}
