import Foundation

/// Where a subcommand's words go: results to standard output, everything else to standard error.
struct Console: Sendable {
  /// Whether only results and errors are wanted.
  let isQuiet: Bool
  /// Whether results are wanted as JSON.
  let wantsJSON: Bool

  /// Prints a line of the result.
  func print(_ line: String = "") throws {
    try StandardStream.output.write(line + "\n")
  }

  /// Prints a value as the whole result, as one JSON document with sorted keys.
  func print(json value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    try print(String(decoding: encoder.encode(value), as: UTF8.self))
  }

  /// Prints a report as JSON or as lines for people, whichever is wanted.
  func show(_ report: some Encodable, lines: [String]) throws {
    if wantsJSON { return try print(json: report) }
    for line in lines { try print(line) }
  }

  /// Prints the reports of a study's parts, as JSON in an array unless the study has none.
  func show(_ reports: [some Encodable], hasParts: Bool, lines: [String]) throws {
    if !hasParts, let report = reports.first { return try show(report, lines: lines) }
    try show(reports, lines: lines)
  }

  /// Says what is going on, in one sentence, unless quiet.
  func note(_ sentence: String) {
    if !isQuiet { StandardStream.error.writeLine(sentence) }
  }

  /// Warns of something that the user may not expect, in one sentence, unless quiet.
  func warn(_ sentence: String) {
    if !isQuiet { StandardStream.error.writeLine("dilution: warning: \(sentence)") }
  }

  /// A display of how far some work has come; shows nothing when quiet.
  ///
  /// - Parameters:
  ///   - label: what is being done, such as "train".
  ///   - unit: what is counted, in the plural, such as "steps".
  ///   - total: how many there are; nil when unknown.
  ///   - done: how many were done by an earlier run.
  ///   - panel: what a terminal that is large enough shows above the bar.
  func progress(
    _ label: String, unit: String, total: Int?, alreadyDone done: Int = 0,
    panel: (any ProgressPanel)? = nil
  ) -> ProgressReporter {
    ProgressReporter(
      isSilent: isQuiet, terminal: isQuiet ? nil : Terminal(.error), label: label, unit: unit,
      total: total, alreadyDone: done, panel: panel)
  }
}
