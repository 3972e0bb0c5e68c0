import ArgumentParsing

/// A subcommand of `dilution`: what it takes, and what it does.
protocol Subcommand: SendableMetatype {
  /// The declaration from which the command line is read and the help screen is made.
  static var declaration: Command { get }

  /// Does the work.
  ///
  /// - Parameters:
  ///   - arguments: the values of the command line, read with the declared options as keys.
  ///   - console: where results, notes and progress go. Nothing else may print.
  /// - Throws: `ArgumentError.rule` for arguments that do not go together (exit code 2),
  ///   `Interrupted` after a signal, any other error (exit code 1); the error's description is
  ///   printed and should be one sentence that says what would be right.
  static func run(_ arguments: Arguments, _ console: Console) throws
}
