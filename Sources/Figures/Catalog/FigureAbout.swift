/// What there is to say of a figure.
public struct FigureAbout: Sendable {
  /// The word that selects it on the command line.
  public var name: String
  public var section: FigureSection
  /// What it shows, in one line without a full stop.
  public var summary: String
  /// What help says beside that.
  public var discussion: String
  /// Command lines, each with what it does.
  public var examples: [(commandLine: String, explanation: String)]
  public var source: FigureSource
  /// Words that people type for it.
  public var otherNames: [String] = []
  /// The column by whose values the figure compares tasks or methods of a sweep. A report of a sweep in
  /// which such a column varies draws the figures that compare by it and no others, which would say the
  /// same again value by value.
  public var compares: String?
}

/// What figures are about, in the order of help; the raw value is the heading.
public enum FigureSection: String, CaseIterable, Sendable {
  case dilution = "Dilution, of a sweep or a probe"
  case budgets = "Budgets and settings, of a sweep"
  case tasks = "Tasks and models, of a sweep"
  case positions = "Position by position, of a probe with --profile"
  case theory = "The paper's statements, of a theory run"
  case costs = "Time and memory, of a scaling run"
}
