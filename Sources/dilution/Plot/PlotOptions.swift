import ArgumentParsing
import Foundation
import Plotting
import SandboxTasks

/// The options of figures: those of all, and those that several share.
enum PlotOptions {
  static let outputs = Option.repeated(
    "out", .file("svg", "png", "pdf", "csv"), isRequired: true,
    help: "A file to write, drawn as its extension says: .svg, .png or .pdf, or .csv for the data "
      + "behind the figure, in a folder that is created when missing; may be given several times.")

  static let title = Option.optional("title", .text(), help: "A heading above the figure.")

  static let group = OptionGroup("Options of every figure", [outputs, title])

  static let trainingLength = Option.optional(
    "training-length", .size(in: 1...TaskSettings.lengthLimit),
    help: "Mark the longest context seen in training, in tokens.")

  static func isTable(_ path: String) -> Bool { path.lowercased().hasSuffix(".csv") }

  /// The files to write: checked before the work rather than after it, and all before the first is
  /// written.
  ///
  /// - Throws: `ArgumentError.rule`.
  static func checkedOutputs(_ arguments: Arguments) throws(ArgumentError) -> [String] {
    var files: Set<String> = []
    for path in arguments[outputs] {
      if !isTable(path), (try? FigureFormat(path: path)) == nil {
        throw .rule(
          "--out must end in .svg, .png or .pdf for a figure or in .csv for its data, not "
            + "'\(path)'.")
      }
      guard files.insert(URL(fileURLWithPath: path).standardizedFileURL.path).inserted else {
        throw .rule("--out names \(path) twice: give each file once.")
      }
    }
    return arguments[outputs]
  }
}
