import ArgumentParsing
import DataFiles
import Foundation
import Plotting
import Report

/// Draws the figures of a report with the figures of `dilution plot`.
final class ReportFigures {
  let progress: ProgressReporter
  private let trainingLength: Int?
  private let seed: UInt64?
  private(set) var count = 0
  /// An SVG of more bytes becomes an image.
  private static let mostBytes = 2_000_000

  init(trainingLength: Int?, seed: UInt64?, progress: ProgressReporter) {
    self.trainingLength = trainingLength
    self.seed = seed
    self.progress = progress
  }

  /// A figure to try: its name, its options, and what tells it from others of its kind.
  struct Wish {
    let name: String
    var options: [String] = []
    var detail = ""
  }

  /// Draws what results allow, and tells what they do not and why.
  ///
  /// - Throws: `Interrupted`.
  func blocks(_ wishes: [Wish], run: String) throws -> [ReportBlock] {
    var drawn: [ReportFigure] = []
    var missing: [String] = []
    for wish in wishes {
      try Interruption.check()
      do {
        drawn.append(try draw(wish, run: run))
        count += 1
        progress.advance()
      } catch let error as Interrupted {
        throw error
      } catch {
        missing.append("\(wish.name): \(error)")
      }
    }
    var blocks: [ReportBlock] = drawn.isEmpty ? [] : [.heading("Figures"), .figures(drawn)]
    if !missing.isEmpty {
      blocks.append(
        .listing(
          summary: "Figures that these results do not allow (\(missing.count))",
          text: missing.joined(separator: "\n")))
    }
    return blocks
  }

  private func draw(_ wish: Wish, run: String) throws -> ReportFigure {
    guard let figure = PlotCommand.figures.first(where: { $0.declaration.name == wish.name })
    else { preconditionFailure("no figure is called \(wish.name)") }
    let path = run.hasPrefix("-") ? "./\(run)" : run
    var words = ["plot", wish.name, path] + wish.options
    let options = Set(figure.declaration.options.map(\.declaration.name))
    if let trainingLength, options.contains("training-length") {
      words += ["--training-length", "\(trainingLength)"]
    }
    if let seed { words += ["--seed", "\(seed)"] }
    words += ["--out", "\(wish.name).svg"]
    guard case .run(let arguments) = try Parser(Program.declaration).parse(words) else {
      preconditionFailure("a figure is drawn by a command that runs")
    }
    let made = try figure.draw(arguments).figure
    let svg = try made.render(.svg)
    let summary = figure.declaration.summary
    let title = summary.prefix(1).uppercased() + summary.dropFirst()
    let caption = title + (wish.detail.isEmpty ? "" : ": \(wish.detail)")
    return ReportFigure(
      caption: caption, command: ShellWords.line(["dilution"] + words),
      image: svg.count <= Self.mostBytes
        ? .svg(String(decoding: svg, as: UTF8.self))
        : .png(try made.render(.png, dotsPerInch: 200), description: caption))
  }
}
