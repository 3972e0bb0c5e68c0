import DataFiles
import SandboxTasks
import Synchronization

/// The tables of a theory run, which appear together when it is complete.
public final class TheoryFiles: Sendable {
  /// The folder.
  public let folder: String
  private let settings: TheorySettings
  private let state: Mutex<State>

  private struct State: ~Copyable {
    var targets: CSVWriter
    var signals: CSVWriter
    var gains: CSVWriter
    var summaries: [TheorySummary] = []
  }

  /// The names of the files.
  public static let names = ["requirement.csv", "signal.csv", "query-gain.csv"]

  /// The versions of the tables.
  public static let (requirementSchema, signalSchema, gainSchema) = (
    TableSchema("requirement.csv", toldBy: "theory.json"),
    TableSchema("signal.csv", toldBy: "theory.json"),
    TableSchema("query-gain.csv", toldBy: "theory.json")
  )

  /// What every row starts with.
  private static let itemColumns = ["task", "file", "length", "index", "layer", "head"]

  /// The columns of `signal.csv`: one row an instance, generated token and fact.
  public static let signalColumns =
    itemColumns + [
      "token", "word", "position", "hop", "fact_mass", "mass", "output", "bound", "needle",
      "distractor_mean", "distractor_max", "signal", "signal_bound", "holds",
    ]

  /// The columns of `query-gain.csv`: one row an instance, value token and η.
  public static let gainColumns =
    itemColumns + [
      "hop", "value_token", "target_position", "mass", "loss", "gradient_norm_squared",
      "gradient_error",
      "learning_rate", "predicted_gain", "measured_gain",
    ]

  /// The columns of `requirement.csv`: one row an instance and value token.
  public static func requirementColumns(_ settings: TheorySettings) -> [String] {
    itemColumns + [
      "hop", "value_token", "target_position", "visible_keys", "mass", "slack", "competitors",
      "bound",
      "bound_holds", "gap", "guaranteed_mass", "guarantee_holds",
    ] + settings.shortfalls.sorted().flatMap { ["requirement_\($0)", "requirement_\($0)_holds"] }
  }

  /// Starts the files of a folder.
  ///
  /// - Throws: `FileSystemError`.
  public init(_ folder: String, settings: TheorySettings) throws {
    self.folder = folder
    self.settings = settings
    state = Mutex(
      State(
        targets: try CSVWriter(
          FileSystem.path(folder, "requirement.csv"), columns: Self.requirementColumns(settings)),
        signals: try CSVWriter(FileSystem.path(folder, "signal.csv"), columns: Self.signalColumns),
        gains: try CSVWriter(FileSystem.path(folder, "query-gain.csv"), columns: Self.gainColumns)))
  }

  /// Writes all checks of an instance.
  ///
  /// - Throws: `FileSystemError`.
  public func append(_ result: TheoryResult) throws {
    let item = Self.cells(result)
    try state.withLock { state in
      for check in result.checks.targets { try state.targets.append(item + Self.cells(check)) }
      for check in result.checks.signals {
        let word = result.item.instance.vocabulary?.word(of: check.token) ?? "\(check.token)"
        try state.signals.append(item + Self.cells(check, word: word))
      }
      for check in result.checks.gradients {
        for gain in check.gains { try state.gains.append(item + Self.cells(check, gain)) }
      }
      TheorySummary.add(result, to: &state.summaries)
    }
  }

  /// Puts all files in place.
  ///
  /// - Returns: the summaries, by file and length.
  /// - Throws: `FileSystemError`.
  public func finish() throws -> [TheorySummary] {
    try state.withLock { state in
      try state.targets.commit()
      try state.signals.commit()
      try state.gains.commit()
      return state.summaries
    }
  }

  private static func cells(_ result: TheoryResult) -> [CSVCell] {
    let instance = result.item.instance
    return [
      .text(instance.family.rawValue), .text(result.item.file), .integer(instance.context.count),
      .integer(instance.index), .integer(result.checks.site.layer),
      .integer(result.checks.site.head),
    ]
  }

  private static func cells(_ check: TargetCheck) -> [CSVCell] {
    let cells: [CSVCell] = [
      .integer(check.hop), .integer(check.token), .integer(check.position),
      .integer(check.visibleKeys),
      .number(check.mass), .number(check.competitors.slack), .integer(check.competitors.count),
      .number(check.bound), truth(check.boundHolds), .number(check.gap),
      .number(check.guaranteedMass), truth(check.guaranteeHolds),
    ]
    return cells + check.requirements.flatMap { [.number($0.gap), truth(check.holds($0))] }
  }

  private static func cells(_ check: SignalCheck, word: String) -> [CSVCell] {
    [
      .integer(check.number), .text(word), .integer(check.position), .integer(check.hop),
      .number(check.factMass), .number(check.mass), .number(check.output), .number(check.bound),
      .number(check.needle), .number(check.distractorMean), .number(check.distractorMaximum),
      .number(check.signal), .number(check.signalBound), truth(check.holds),
    ]
  }

  private static func cells(_ check: GradientCheck, _ gain: GradientCheck.Gain) -> [CSVCell] {
    [
      .integer(check.hop), .integer(check.token), .integer(check.position), .number(check.mass),
      .number(check.loss), .number(check.gradientNormSquared), .number(check.gradientError),
      .number(gain.learningRate), .number(gain.predicted), .number(gain.measured),
    ]
  }

  private static func truth(_ value: Bool) -> CSVCell { .integer(value ? 1 : 0) }
}
