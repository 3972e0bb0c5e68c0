import ArgumentParsing
import DataFiles
import TestTimeCompute

/// The options of methods, as their settings declare them: one for all methods that share a setting.
struct MethodOptions {
  /// A setting, its option, and the methods that have it.
  private struct Declared {
    let name: String
    let option: Option<JSONValue>
    var methods: [String]
  }

  /// Settings whose option has another name, because theirs is that of an option of all models.
  private static let optionNames = ["weights": "trained-weights"]

  private let declared: [Declared]

  /// - Parameter others: settings that have options of their own.
  init(_ kinds: [any MethodSettings.Type], without others: Set<String> = []) {
    var declared: [Declared] = []
    func add<Kind: MethodSettings>(_ kind: Kind.Type) {
      for setting in kind.settings where !others.contains(setting.name) {
        if let place = declared.firstIndex(where: { $0.name == setting.name }) {
          declared[place].methods.append(kind.name)
        } else {
          declared.append(
            Declared(
              name: setting.name,
              option: .setting(
                setting, of: kind.init(), name: Self.optionNames[setting.name],
                isNeeded: kind.required.contains(setting.name)),
              methods: [kind.name]))
        }
      }
    }
    for kind in kinds { add(kind) }
    self.declared = declared
  }

  /// What methods do, as sentences of a help screen.
  static func sentence(_ kinds: [any MethodSettings.Type]) -> String {
    kinds.map { "\($0.name) \($0.summary)" }.joined(separator: "; ") + "."
  }

  var options: [any OptionDeclaring] { declared.map(\.option) }

  /// The option of a setting.
  subscript(name: String) -> Option<JSONValue> {
    guard let found = declared.first(where: { $0.name == name }) else {
      preconditionFailure("no method has the setting \(name)")
    }
    return found.option
  }

  /// The settings that the command line names.
  func given(_ arguments: Arguments) -> [String: JSONValue] {
    declared.reduce(into: [:]) { given, one in
      if arguments.isGiven(one.option) { given[one.name] = arguments[one.option] }
    }
  }

  /// Refuses an option that none of some methods has.
  ///
  /// - Parameter flag: of the option that names methods.
  /// - Throws: `ArgumentError.rule`.
  func rejectStrays(
    _ arguments: Arguments, methods: [String], flag: String
  ) throws(ArgumentError) {
    for one in declared where arguments.isGiven(one.option) {
      if Set(one.methods).isDisjoint(with: methods) {
        throw .rule(
          "\(one.option.declaration.flag) belongs to \(one.methods.joined(separator: ", ")): "
            + "name one of them by \(flag), or leave it out.")
      }
    }
  }

  /// A method of a kind with the settings that it has among some.
  ///
  /// - Throws: `ArgumentError.rule` for settings that do not go together, or that are missing.
  static func make<Kind: MethodSettings>(
    _ kind: Kind.Type, _ given: [String: JSONValue]
  ) throws(ArgumentError) -> Kind {
    var made = kind.init()
    for setting in kind.settings {
      if let value = given[setting.name] {
        setting.set(value, in: &made)
      } else if kind.required.contains(setting.name) {
        throw .rule(
          "--\(optionNames[setting.name] ?? setting.optionName) is missing: \(kind.name) needs it.")
      }
    }
    if let defect = made.defect {
      throw .rule("The \(defect.setting) of \(kind.name) \(defect.reason).")
    }
    return made
  }

  /// The kind of a name that the command line has checked.
  static func kind(_ name: String) -> any MethodSettings.Type {
    guard let kind = MethodCatalog.kind(name) else { preconditionFailure("\(name) was checked") }
    return kind
  }
}
