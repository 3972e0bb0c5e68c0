import DataFiles

/// A family of sandbox tasks, by its name.
public struct TaskFamily: RawRepresentable, CaseIterable, Hashable, Sendable {
  /// Everything that belongs to it.
  let type: any SandboxTask.Type

  init(_ type: any SandboxTask.Type) { self.type = type }

  /// The family of a name, if the catalog has one.
  public init?(rawValue: String) {
    guard let family = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = family
  }

  public static let allCases: [TaskFamily] = TaskCatalog.families.map { TaskFamily($0) }

  /// The name in files and options.
  public var rawValue: String { type.name }

  public static func == (a: Self, b: Self) -> Bool { a.type == b.type }

  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(type)) }

  /// The settings that the family alone has.
  public var settings: [Setting<TaskShape>] { type.shapeSettings }

  /// The words that its tokens stand for.
  public var vocabulary: Vocabulary { TaskCatalog.vocabularies[rawValue] ?? .sandbox }

  /// The form of its statements.
  var form: LineForm { type.form }

  /// The tokens of one of its statements.
  public var statementLength: Int { form.length }

  /// What stands behind the question where the answer is wanted at once; nil for nothing.
  public var answerMarker: Int32? { type.answerMarker }

  /// What stands behind the question where a trace is wanted first; nil for nothing.
  public var traceMarker: Int32? { type.traceMarker }

  /// Whether texts for real models are lines of a paper's own and not the English of instances.
  public var hasPaperText: Bool { type.hasPaperText }
}

/// A family with the settings that it alone has.
public struct TaskShape: Sendable, Equatable {
  let task: any SandboxTask

  init(_ task: any SandboxTask) { self.task = task }

  /// A family with the defaults of its settings.
  public init(_ family: TaskFamily) { task = family.type.init() }

  /// A family with so many gold facts: of texts, no more is known.
  public init(_ family: TaskFamily, goldFacts: Int) {
    task = family.type.init(goldFacts: goldFacts)
  }

  /// The family's own settings as the type that declares them; nil for another family.
  public func own<Settings>(_ type: Settings.Type) -> Settings? { task as? Settings }

  public var family: TaskFamily { TaskFamily(type(of: task)) }

  public static func == (a: Self, b: Self) -> Bool { a.task.equals(b.task) }

  /// The number of statements that every context has: the asked facts, and others that belong to them.
  public var needleCount: Int { task.needleCount }

  /// The tokens by which a haystack grows: a statement's or a filler word's.
  public var unit: Int { task.unit }

  /// A setting's value as a cell; empty for a family that has no such setting.
  public func cell(_ name: String) -> CSVCell {
    family.settings.first { $0.name == name }?.cell(self) ?? .missing
  }

  /// Reads the family's own members of an object.
  ///
  /// - Parameter isRequired: whether a member with a default must be there.
  public init(
    _ family: TaskFamily, _ reader: inout JSONObjectReader, isRequired: Bool = false
  ) throws(JSONError) {
    self.init(family)
    for setting in family.settings {
      try setting.read(
        into: &self, from: &reader, isRequired: isRequired && !setting.mayBeAbsent)
    }
  }
}
