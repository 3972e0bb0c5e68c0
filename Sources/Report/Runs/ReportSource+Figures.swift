import DataFiles
import Figures

extension ReportSource {
  /// The figures that results allow, and what the others lack.
  ///
  /// - Throws: what `options.checkpoint` throws, and what reading the results throws.
  func figures(_ options: ReportOptions) throws -> [ReportBlock] {
    var drawn: [ReportFigure] = []
    var missing: [String] = []
    for view in try FigureCatalog.views(of: RunOverview(folder, kind)) {
      try options.checkpoint()
      do {
        drawn.append(try draw(view, options))
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

  private func draw(_ view: FigureView, _ options: ReportOptions) throws -> ReportFigure {
    let figure = view.figure.marking(trainingLength: options.trainingLength)
    let input = FigureInput(folder, seed: options.givenSeed)
    return ReportFigure(
      caption: view.caption,
      command: ShellWords.line(
        ["dilution"] + figure.words(input, out: "\(figure.about.name).svg")),
      svg: String(decoding: try figure.draw(input).figure.render(.svg), as: UTF8.self))
  }
}
