import DataFiles

/// A kind of method with all of its settings: what a `Method` is made of once an amount is chosen.
///
/// A kind declares its settings once. The keys of a spec, the options of a command, the identity of
/// records and the columns of tables follow from the declaration.
public protocol MethodSettings: Sendable, Equatable {
  /// What specs, options and tables call the kind: "qttt".
  static var name: String { get }
  /// What it does, to follow "which": "trains the query weights on spans of the context".
  static var summary: String { get }
  /// In the order in which records know them.
  static var settings: [Setting<Self>] { get }
  /// The settings that a spec must name.
  static var required: Set<String> { get }
  /// The keys in records of settings that are named otherwise there.
  static var recordKeys: [String: String] { get }
  /// The columns in tables of settings whose column is not called as in records.
  static var columns: [String: String] { get }
  /// What a budget decides; nil where there is nothing to choose.
  static var amount: AmountKind? { get }

  /// The settings that hold where nothing is said.
  init()

  /// Whether a setting means anything beside the others; one that does not is unknown in a spec.
  func has(_ setting: String) -> Bool
  /// A setting that does not go with the others, and why, as the end of a sentence.
  var defect: MethodDefect? { get }
  /// What trains, and how; nil where nothing does.
  var weightTraining: TrainingSettings? { get }
  /// The length of spans that a context must be longer than; nil without spans.
  var spanLength: Int? { get }
  /// The same with spans that fit into a context of `length` tokens.
  func fitted(to length: Int) -> Self
  /// Why the method is not for a model of so many tokens, to follow its label; nil where it is.
  func defect(vocabulary: Int) -> String?
  /// Why the method is not for answers of text, as the end of a sentence; nil where it is.
  var defectOnText: String? { get }
  /// Whether another instance's context is read beside the problem's own.
  var needsDonor: Bool { get }

  /// The method.
  ///
  /// - Parameters:
  ///   - amount: what a budget decides; 0 where there is nothing to choose.
  ///   - answers: how a problem is answered.
  func method(_ amount: Int, _ answers: AnswerForm) -> Method
  /// The least amount that a budget must pay for.
  ///
  /// - Parameter marksAnswers: whether a trace opens its answer by a token of its own.
  func leastAmount(marksAnswers: Bool) -> Int
  /// What a given amount comes to for each of several traces.
  func share(of amount: Int) -> Int

  /// Writes all settings into an open object: what keys are made of.
  func writeSettings(to json: inout JSONWriter) throws

  /// What figures call the kind, in their markup, by the columns of a table.
  static func title(_ columns: MethodColumns) -> String
  /// How figures draw the kind, by names of titles.
  static var looks: [MethodLook] { get }
}

/// What a method spends on top of a direct answer, where that is to be chosen.
public struct AmountKind: Sendable, Equatable {
  /// The key in specs and records: "steps".
  public let name: String
  public let range: ClosedRange<Int>
  /// One sentence.
  public let help: String

  public init(_ name: String, in range: ClosedRange<Int>, help: String) {
    (self.name, self.range, self.help) = (name, range, help)
  }

  /// N.
  public static let steps = AmountKind("steps", in: 0...1_000_000, help: "N: steps of training.")
  /// M.
  public static let tokens = AmountKind(
    "tokens", in: 0...1 << 28, help: "M: the most tokens of thought, over all traces together.")
}

/// A setting that does not go with the others.
public struct MethodDefect: Error, Equatable {
  public var setting: String
  /// As the end of a sentence: "are the key weights, which …".
  public var reason: String
}

/// How an instance is answered: at once, and after thinking.
public struct AnswerForm: Sendable {
  public var direct: any Decoding
  public var thinking: Thoughts

  /// A decoding with so many thinking tokens.
  public typealias Thoughts =
    @Sendable (_ tokens: Int, _ end: TraceEnd, _ sampler: Sampler) -> any Decoding

  public init(direct: any Decoding, thinking: @escaping Thoughts) {
    self.direct = direct
    self.thinking = thinking
  }

  /// Answers of known lengths, in the sandbox's tokens.
  public static let sandbox = AnswerForm(
    direct: DirectAnswer(), thinking: { Thinking(tokens: $0, end: $1, sampler: $2) })
}

extension MethodSettings {
  public static var settings: [Setting<Self>] { [] }
  public static var required: Set<String> { [] }
  public static var recordKeys: [String: String] { [:] }
  public static var columns: [String: String] { [:] }
  public static var amount: AmountKind? { nil }
  public func has(_ setting: String) -> Bool { true }
  public var defect: MethodDefect? { nil }
  public var weightTraining: TrainingSettings? { nil }
  public var spanLength: Int? { nil }
  public func fitted(to length: Int) -> Self { self }
  public func defect(vocabulary: Int) -> String? { nil }
  public var defectOnText: String? { nil }
  public var needsDonor: Bool { false }
  public func leastAmount(marksAnswers: Bool) -> Int { 1 }
  public func share(of amount: Int) -> Int { amount }
  public static func title(_ columns: MethodColumns) -> String { name }
  public static var looks: [MethodLook] { [] }

  /// Whether tokens are generated before the answer.
  public var thinks: Bool { method(1, .sandbox).decoding is any ThinkingDecoding }

  /// The kind of a value.
  var kind: any MethodSettings.Type { Self.self }

  /// Reads the settings from a spec's object; what it does not name stays as it is when fresh.
  ///
  /// - Throws: `JSONError` for a value out of range, and for settings that do not go together.
  public init(_ reader: inout JSONObjectReader) throws(JSONError) {
    self.init()
    for setting in Self.settings where has(setting.name) {
      try setting.read(
        into: &self, from: &reader, isRequired: Self.required.contains(setting.name))
    }
    if let defect { throw reader.invalid(defect.setting, defect.reason) }
  }

  public func writeSettings(to json: inout JSONWriter) throws { try writeDeclared(to: &json) }

  /// Writes the declared settings that mean something.
  func writeDeclared(to json: inout JSONWriter) throws {
    for setting in Self.settings where has(setting.name) {
      setting.write(self, to: &json, key: Self.recordKeys[setting.name])
    }
  }

  /// The columns that its settings have in tables.
  public static var tableColumns: [String] { settings.map { column($0.name) } }

  private static func column(_ setting: String) -> String {
    columns[setting] ?? recordKeys[setting] ?? setting
  }

  /// The value in a column of a table.
  public func cell(_ column: String) -> CSVCell {
    let setting = Self.settings.first { column == Self.column($0.name) && has($0.name) }
    return setting?.cell(self) ?? .missing
  }

  /// Why a probe has nothing to measure after the method, to follow its name; nil where it has.
  public var defectInProbe: String? {
    let method = method(1, .sandbox)
    if thinks {
      return "changes what is generated, and a probe reads the right answer at once; run it by "
        + "'dilution sweep', or by 'dilution think'"
    }
    guard let adaptation = method.adaptation else { return "adapts nothing; leave it out" }
    if !adaptation.keepsContext {
      return "reads another context, in which the facts have other places; run it by 'dilution "
        + "sweep', or by 'dilution think'"
    }
    if needsDonor { return "needs another instance's context, which a probe does not read" }
    return nil
  }

  /// Why the method cannot run at a length, as the end of a sentence; nil where it can.
  func defect(length: Int) -> String? {
    guard let spanLength, spanLength >= length else { return nil }
    return MethodError.wording(span: spanLength, context: length)
  }
}
