import ArgumentParsing
import Foundation

/// The options that every subcommand takes.
enum GlobalOptions {
  static let seed = Option.optional(
    "seed", .unsigned,
    help: "Seed of everything that is drawn at random; 0, or what a recipe or spec says, when not "
      + "given. The same seed gives the same output.")

  static let threads = Option.optional(
    "threads", .integer(in: 1...1024),
    help: "Worker threads; all cores when not given. The number never changes a result.")

  static let quiet = Option.flag(
    "quiet", short: "q", help: "Print results and errors only: no progress, notes or warnings.")

  static let json = Option.flag(
    "json", help: "Print results as JSON on standard output.")

  static let group = OptionGroup(
    "Global options", [seed, threads, quiet, json, Parser.help, Parser.version])
}

extension Arguments {
  /// The given seed, or a subcommand's own.
  func seed(default fallback: UInt64 = 0) -> UInt64 {
    self[GlobalOptions.seed] ?? fallback
  }

  /// How many worker threads to use.
  var threads: Int {
    self[GlobalOptions.threads] ?? ProcessInfo.processInfo.activeProcessorCount
  }
}
