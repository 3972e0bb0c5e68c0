import DataFiles
import Plotting

/// A figure of the lab: what it shows, what can be set, and how it is made from a run's files.
///
/// A value holds the settings of one drawing; the one in `FigureCatalog` holds the defaults. Options and
/// help of `dilution plot`, and the command beside each figure of a report, follow from `settings`.
public protocol ResultFigure: Sendable {
  var about: FigureAbout { get }

  /// Its own settings, in the order of help; a title and a seed are in `FigureInput`.
  var settings: [Setting<Self>] { get }

  /// Makes the figure; writing it is not its business.
  ///
  /// - Throws: `FigureError.settings` for settings that do not go together, any other error for results
  ///   that lack what the figure shows.
  func draw(_ input: FigureInput) throws -> DrawnFigure

  /// What a report draws of a run; nothing where the run has not what the figure shows.
  func views(of run: RunOverview) throws -> [FigureView]
}

extension ResultFigure {
  /// The same figure with other settings.
  func with(_ change: (inout Self) -> Void) -> Self {
    var figure = self
    change(&figure)
    return figure
  }

  /// The same figure with a mark at the longest context of training, where it can have one.
  public func marking(trainingLength: Int?) -> Self {
    guard let trainingLength,
      let setting = settings.first(where: { $0.name == "training_length" })
    else { return self }
    return with { setting.set(JSONValue(.integer(trainingLength)), in: &$0) }
  }

  /// The words of a command line that draws the figure with its settings, the program's name left out.
  public func words(_ input: FigureInput, out: String) -> [String] {
    let usual = FigureCatalog.named(about.name) as? Self
    var words = ["plot", about.name, input.path.hasPrefix("-") ? "./\(input.path)" : input.path]
    for setting in settings {
      let value = setting.value(in: self)
      guard usual.map({ setting.value(in: $0) != value }) ?? true else { continue }
      let texts = (value.elements ?? [value]).map { $0.string ?? ((try? $0.text()) ?? "") }
      for text in texts {
        words.append("--\(setting.optionName)")
        if setting.shape != .flag { words.append(text) }
      }
    }
    if let title = input.title { words += ["--title", title] }
    if let seed = input.seed { words += ["--seed", "\(seed)"] }
    return words + ["--out", out]
  }
}

/// What every figure is drawn from.
public struct FigureInput: Sendable {
  /// The folder of a run, or a table in it.
  public var path: String
  /// A heading above the figure.
  public var title: String?
  /// The seed of bootstraps; nil for 0.
  public var seed: UInt64?

  public init(_ path: String, title: String? = nil, seed: UInt64? = nil) {
    (self.path, self.title, self.seed) = (path, title, seed)
  }
}

/// A figure with its settings for a report.
public struct FigureView: Sendable {
  public let figure: any ResultFigure
  /// What distinguishes it from other views of its kind.
  public let detail: String
  /// The task that it shows, where the run has several.
  let task: String?

  init(_ figure: any ResultFigure, _ detail: String = "", task: String? = nil) {
    self.figure = figure
    self.detail = [detail, task ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
    self.task = task
  }

  /// The figure's summary as a caption.
  public var caption: String {
    let summary = figure.about.summary
    let title = summary.prefix(1).uppercased() + summary.dropFirst()
    return title + (detail.isEmpty ? "" : ": \(detail)")
  }
}

/// A figure, and the numbers that are seen in it.
public struct DrawnFigure: Sendable {
  public var figure: Figure
  public var data: FigureData

  init(figure: Figure, data: FigureData) {
    self.figure = figure
    self.data = data
    self.figure.styles = .methods
  }
}

/// The numbers behind a figure, as a table.
public struct FigureData: Sendable {
  public let columns: [String]
  public var rows: [[CSVCell]] = []
  /// A column that goes away, or whose numbers mean something else, makes a new one.
  public var version = 1
}

extension CSVCell {
  /// A number that usually is whole, such as a count, without a point where it is.
  static func count(_ value: Double) -> CSVCell {
    Int(exactly: value).map { .integer($0) } ?? .number(value)
  }

  /// Such a number, where there is one.
  static func count(_ value: Double?) -> CSVCell { value.map { count($0) } ?? .missing }
}
