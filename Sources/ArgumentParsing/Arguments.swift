/// The values of a command line that was parsed without error.
public struct Arguments: Sendable {
  /// The command and its outer commands, the program first.
  public let path: [Command]
  private let options: [String: any Sendable]
  private let positionals: [String: any Sendable]
  private let given: Set<String>

  init(
    path: [Command], options: [String: any Sendable], positionals: [String: any Sendable],
    given: Set<String>
  ) {
    self.path = path
    self.options = options
    self.positionals = positionals
    self.given = given
  }

  /// The value of an option of this command; an option of another command traps.
  public subscript<Value>(option: Option<Value>) -> Value {
    guard let value = options[option.declaration.name] as? Value else {
      preconditionFailure("\(option.declaration.flag) is not declared by this command")
    }
    return value
  }

  /// The value of a positional argument of this command; one of another command traps.
  public subscript<Value>(positional: Positional<Value>) -> Value {
    guard let value = positionals[positional.declaration.placeholder] as? Value else {
      preconditionFailure("\(positional.declaration.placeholder) is not declared by this command")
    }
    return value
  }

  /// Whether an option was on the command line, rather than left at its default.
  public func isGiven(_ option: some OptionDeclaring) -> Bool {
    given.contains(option.declaration.name)
  }
}
