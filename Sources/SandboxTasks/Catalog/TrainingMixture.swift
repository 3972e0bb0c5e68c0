import DataFiles
import Randomness

/// Settings that training sequences of one or more families are made of.
protocol TrainingSettings: Sendable {
  /// The defaults.
  init()
}

/// What training sequences are made of: shares of the families, and the settings that these declare.
public struct TrainingMixture: Sendable, Equatable {
  /// The probability that a fact of a stream repeats an earlier one.
  public var rehearsal = 0.5

  private var shares: [TaskFamily: Double] = [:]
  private var own: [ObjectIdentifier: any TrainingSettings] = [:]

  /// Every family's own share and settings.
  public init() {}

  /// Every setting, in the order in which recipes are written: the shares, what all families have in
  /// common, and what they declare. What two families declare they share.
  public static let settings: [Setting<TrainingMixture>] = {
    var settings = TaskFamily.allCases.map(\.share)
    settings.append(
      Setting(
        "rehearsal", \.rehearsal, in: .closed(0...0.999),
        help: "The probability that a fact of a stream repeats an earlier one."))
    for setting in TaskCatalog.families.flatMap({ $0.trainingSettings })
    where !settings.contains(where: { $0.name == setting.name }) {
      settings.append(setting)
    }
    return settings
  }()

  public static func == (a: Self, b: Self) -> Bool {
    settings.allSatisfy { $0.value(in: a) == $0.value(in: b) }
  }

  /// The share of a family; only ratios matter.
  public subscript(family: TaskFamily) -> Double {
    get { shares[family] ?? family.type.defaultShare }
    set { shares[family] = newValue }
  }

  /// The settings of a type that families declare.
  subscript<Own: TrainingSettings>(type: Own.Type) -> Own {
    get { own[ObjectIdentifier(type)] as? Own ?? Own() }
    set { own[ObjectIdentifier(type)] = newValue }
  }

  /// Throws for the first setting that is out of its range.
  public func validate() throws(TaskSettingsError) {
    for family in TaskFamily.allCases {
      if let defect = family.share.defect(in: self) {
        throw .outOfRange(
          name: "the share of \(family.rawValue)", value: defect.value, range: defect.range)
      }
    }
    guard TaskFamily.allCases.contains(where: { self[$0] > 0 }) else { throw .emptyMixture }
    for setting in Self.settings {
      if let defect = setting.defect(in: self) { throw TaskSettingsError(defect) }
    }
  }

  /// The vocabulary of the families that are drawn.
  public var vocabulary: Vocabulary {
    TaskFamily.allCases.filter { self[$0] > 0 }.map(\.vocabulary)
      .max { $0.count < $1.count } ?? .sandbox
  }

  /// Draws a family by the shares.
  func family(_ stream: inout RandomStream) -> TaskFamily {
    let families = TaskFamily.allCases
    var left = stream.unit() * families.reduce(0) { $0 + self[$1] }
    var last = families[0]
    for family in families where self[family] > 0 {
      left -= self[family]
      last = family
      if left < 0 { break }
    }
    return last
  }
}

extension TaskFamily {
  /// Its share in a mixture, under the family's name.
  fileprivate var share: Setting<TrainingMixture> {
    Setting<Double>(
      rawValue.replacing("-", with: "_"), \.self, in: .closed(0...1e6),
      help: "The share of \(rawValue) sequences."
    ).of(get: { $0[self] }, set: { $0[self] = $1 })
  }
}
