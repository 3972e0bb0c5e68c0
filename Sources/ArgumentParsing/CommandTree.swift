extension Command {
  /// The command and everything below it, each as the path that leads to it: outer commands first,
  /// a command before its subcommands, in the order of declaration.
  public var paths: [[Command]] {
    [[self]] + subcommands.flatMap { $0.paths.map { [self] + $0 } }
  }
}

extension [Command] {
  /// All options that may stand in a command line of this path: the last command's own first, then
  /// those of the commands around it.
  var allowedOptions: [OptionDeclaration] {
    reversed().flatMap { $0.options.map(\.declaration) }
  }

  /// The names of the path, joined.
  func names(joinedBy separator: String) -> String {
    map(\.name).joined(separator: separator)
  }
}
