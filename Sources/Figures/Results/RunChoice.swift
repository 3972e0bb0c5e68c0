import DataFiles
import Experiments

/// Which records of a run a figure shows.
public struct RunChoice: Sendable {
  /// Labels or families, or lists of them; empty for all.
  var tasks: [String] = []
  /// Labels or names, or lists of them; empty for all.
  var methods: [String] = []
  /// Empty for all.
  var lengths: [Int] = []
  /// Of a probe; nil for the last.
  var step: Int?

  static let task = Setting(
    "task", \RunChoice.tasks,
    help: "A task by its label or family, where the results hold several; or several tasks."
  ).shown(as: "LABEL,...")

  static let method = Setting(
    "method", \RunChoice.methods,
    help: "Show these methods, each by its label or by its name in the figure, in this order. All "
      + "when not given."
  ).shown(as: "LABEL,...")

  static let length = Setting(
    "length", \RunChoice.lengths, in: 1...Int.max,
    help: "Show these context lengths; 4K is 4096. All when not given.")

  /// That of figures that show a single length.
  static let oneLength = Setting(
    "length", \RunChoice.lengths, in: 1...Int.max,
    help: "Show this context length, one alone; 4K is 4096. The longest when not given.")

  static let step = Setting(
    "step", \RunChoice.step, in: 1...Int.max,
    help: "Of a probe, show the adaptation after this step; the last when not given.")
}

/// A figure of records that are chosen by `RunChoice`.
protocol RunFigure: ResultFigure {
  var choice: RunChoice { get set }
}

extension RunFigure {
  /// The settings by which tasks, methods and lengths are chosen.
  static var choiceSettings: [Setting<Self>] {
    [RunChoice.task, RunChoice.method, RunChoice.length].map { $0.of(\Self.choice) }
  }

  static var stepSetting: Setting<Self> { RunChoice.step.of(\Self.choice) }

  /// The chosen records.
  ///
  /// - Throws: what `RunTable` throws, and `FigureError` for what is not there.
  func selection(
    _ input: FigureInput, positions: RunSelection.Positions = .usual
  ) throws -> RunSelection {
    try RunSelection(input, choice, for: about, positions: positions)
  }
}

extension Setting {
  /// What is drawn.
  static func measure(_ path: WritableKeyPath<Owner, Measure> & Sendable) -> Setting {
    Setting(
      "measure", path, .choice(Measure.plotted.map(\.option)), "What is drawn.",
      write: { JSONValue(.string($0.option)) }, read: { $0.string.flatMap(Measure.init(option:)) })
  }

  /// The longest context of training, for a mark in the figure.
  static func trainingLength(_ path: WritableKeyPath<Owner, Int?> & Sendable) -> Setting {
    Setting(
      "training_length", path, in: 1...Int.max,
      help: "Mark the longest context seen in training, in tokens.")
  }
}
