/// What the checks of one tasks file and length come to.
public struct TheorySummary: Sendable, Equatable, Encodable {
  /// The path of the tasks file.
  public let file: String
  /// The name of the family.
  public let task: String
  /// T: tokens of the context.
  public let length: Int
  /// The layer of the site that was followed, from 0.
  public let layer: Int
  /// Its head, from 0.
  public let head: Int
  /// The instances, n.
  public private(set) var instances = 0
  /// Lemma 2.2.
  public private(set) var bound = Bound()
  /// Lemma 2.3, by ascending ε.
  public private(set) var requirements: [Requirement] = []
  /// Rows whose mass lies below what their gap guarantees, whatever the ε.
  public private(set) var guaranteeViolations = 0
  /// Proposition 2.4.
  public private(set) var signal = Signal()
  /// Proposition 3.1.
  public private(set) var gradient = Gradient()
  /// Lemma 3.2, in the order of the settings.
  public private(set) var gains: [Gain] = []

  /// The measured mass against the dilution bound.
  public struct Bound: Sendable, Equatable, Encodable {
    public var rows = 0
    public var mass = Mean()
    public var bound = Mean()
    /// Rows whose mass lies above the bound.
    public var violations = 0
  }

  /// The measured gap against what one ε requires.
  public struct Requirement: Sendable, Equatable, Encodable {
    public let shortfall: Double
    public var gap = Mean()
    public var required = Mean()
    /// Rows whose gap reaches the requirement.
    public var reached = 0
    /// Those of them whose mass does not reach `1 − ε`.
    public var violations = 0
  }

  /// What generated tokens carry.
  public struct Signal: Sendable, Equatable, Encodable {
    /// Checks, one for each token and fact.
    public var rows = 0
    /// Mass on the fact over all checks.
    public var mass = Mean()
    /// The greatest mass that any token of a trace gave to a fact, averaged over facts.
    public var greatestMass = Mean()
    /// Outputs above their bound.
    public var violations = 0
  }

  /// Closed form against differences.
  public struct Gradient: Sendable, Equatable, Encodable {
    public var rows = 0
    public var normSquared = Mean()
    public var greatestError = 0.0
    /// Rows on which the two disagree.
    public var violations = 0
  }

  /// Predicted against measured gain of one step size.
  public struct Gain: Sendable, Equatable, Encodable {
    public let learningRate: Double
    public var predicted = Mean()
    public var measured = Mean()
  }

  /// A mean in the making, written as its value.
  public struct Mean: Sendable, Equatable, Encodable {
    private var sum = 0.0
    private var count = 0.0

    mutating func add(_ value: Double) {
      sum += value
      count += 1
    }

    /// The mean; 0 of nothing.
    public var value: Double { count > 0 ? sum / count : 0 }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(value)
    }
  }

  /// An empty summary of what a result is of.
  private init(_ result: TheoryResult) {
    let instance = result.item.instance
    (file, task, length) = (
      result.item.file, instance.family.rawValue, instance.context.count
    )
    (layer, head) = (result.checks.site.layer, result.checks.site.head)
  }

  /// The summaries of results, in the order in which their files and lengths first appear.
  public static func make(_ results: some Sequence<TheoryResult>) -> [TheorySummary] {
    var summaries: [TheorySummary] = []
    for result in results { add(result, to: &summaries) }
    return summaries
  }

  static func add(_ result: TheoryResult, to summaries: inout [TheorySummary]) {
    var fresh = TheorySummary(result)
    let place = summaries.firstIndex {
      ($0.file, $0.task, $0.length) == (fresh.file, fresh.task, fresh.length)
    }
    guard let place else {
      fresh.add(result.checks)
      return summaries.append(fresh)
    }
    summaries[place].add(result.checks)
  }

  /// All cases in which a statement does not hold; the theory says there are none.
  public var violations: Int {
    bound.violations + guaranteeViolations + signal.violations + gradient.violations
  }

  private mutating func add(_ checks: TheoryChecks) {
    instances += 1
    for check in checks.targets { add(check) }
    for check in checks.gradients { add(check) }
    var greatest: [Int: Double] = [:]
    for check in checks.signals {
      signal.rows += 1
      signal.mass.add(check.factMass)
      greatest[check.hop] = max(greatest[check.hop] ?? 0, check.factMass)
      if !check.holds { signal.violations += 1 }
    }
    // By hop, so that the sum is the same every time.
    for (_, mass) in greatest.sorted(by: { $0.key < $1.key }) { signal.greatestMass.add(mass) }
  }

  private mutating func add(_ check: TargetCheck) {
    bound.rows += 1
    bound.mass.add(check.mass)
    bound.bound.add(check.bound)
    if !check.boundHolds { bound.violations += 1 }
    if !check.guaranteeHolds { guaranteeViolations += 1 }
    for (place, requirement) in check.requirements.enumerated() {
      if place == requirements.count {
        requirements.append(Requirement(shortfall: requirement.shortfall))
      }
      requirements[place].gap.add(check.gap)
      requirements[place].required.add(requirement.gap)
      if check.gap >= requirement.gap { requirements[place].reached += 1 }
      if !check.holds(requirement) { requirements[place].violations += 1 }
    }
  }

  private mutating func add(_ check: GradientCheck) {
    gradient.rows += 1
    gradient.normSquared.add(check.gradientNormSquared)
    gradient.greatestError = max(gradient.greatestError, check.gradientError)
    if !check.gradientHolds { gradient.violations += 1 }
    for (place, gain) in check.gains.enumerated() {
      if place == gains.count { gains.append(Gain(learningRate: gain.learningRate)) }
      gains[place].predicted.add(gain.predicted)
      gains[place].measured.add(gain.measured)
    }
  }
}
