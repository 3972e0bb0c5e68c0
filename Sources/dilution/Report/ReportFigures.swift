import ArgumentParsing
import DataFiles
import Experiments
import Figures
import Foundation
import Plotting
import Report
import Runs

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

  /// Draws what results allow, and tells what they do not and why.
  ///
  /// - Throws: `Interrupted`.
  func blocks(_ run: String, _ kind: RunKind) throws -> [ReportBlock] {
    var drawn: [ReportFigure] = []
    var missing: [String] = []
    for view in try FigureCatalog.views(of: RunOverview(run, kind)) {
      try Interruption.check()
      do {
        drawn.append(try draw(view, run: run))
        count += 1
        progress.advance()
      } catch let error as Interrupted {
        throw error
      } catch {
        missing.append("\(view.figure.about.name): \(error)")
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

  private func draw(_ view: FigureView, run: String) throws -> ReportFigure {
    let figure = view.figure.marking(trainingLength: trainingLength)
    let input = FigureInput(run, seed: seed)
    let made = try figure.draw(input).figure
    let svg = try made.render(.svg)
    return ReportFigure(
      caption: view.caption,
      command: ShellWords.line(
        ["dilution"] + figure.words(input, out: "\(figure.about.name).svg")),
      image: svg.count <= Self.mostBytes
        ? .svg(String(decoding: svg, as: UTF8.self))
        : .png(try made.render(.png, dotsPerInch: 200), description: view.caption))
  }
}
