import DataFiles
import Experiments
import Testing

@testable import Figures

/// What holds for every figure of the catalog.
@Suite struct FigureCatalogTests {
  @Test func namesAndSettingsAreDistinct() {
    let names = FigureCatalog.all.map(\.about.name)
    #expect(Set(names).count == names.count)
    for figure in FigureCatalog.all {
      let settings = Self.names(figure)
      #expect(Set(settings).count == settings.count, "\(figure.about.name)")
      #expect(!figure.about.summary.hasSuffix(".") && figure.about.discussion.hasSuffix("."))
      #expect(!figure.about.examples.isEmpty)
      for other in figure.about.otherNames { #expect(!names.contains(other)) }
    }
  }

  private static func names(_ figure: some ResultFigure) -> [String] {
    figure.settings.map(\.name)
  }

  /// The command beside a figure of a report has what differs from the defaults, and no more.
  @Test func wordsAreThoseThatDrawTheFigure() {
    let input = FigureInput("runs/a", seed: 3)
    #expect(
      AccuracyCurvePlot().words(FigureInput("-a"), out: "f.svg")
        == ["plot", "accuracy-curve", "./-a", "--out", "f.svg"])
    let figure = AccuracyCurvePlot().with {
      $0.measure = .massBest
      $0.choice.tasks = ["a", "b"]
      $0.choice.lengths = [160]
      $0.choice.step = 2
    }
    #expect(
      figure.marking(trainingLength: 64).words(input, out: "f.svg") == [
        "plot", "accuracy-curve", "runs/a", "--measure", "mass-best", "--step", "2",
        "--training-length", "64", "--task", "a", "--task", "b", "--length", "160", "--seed", "3",
        "--out", "f.svg",
      ])
    #expect(
      DilutionCurvePlot().with { $0.bound = true }.words(FigureInput("a"), out: "f.svg")
        == ["plot", "dilution-curve", "a", "--bound", "--out", "f.svg"])
    // A figure without such a mark stays as it is.
    #expect(
      FrontierPlot().marking(trainingLength: 64).words(FigureInput("a"), out: "f.svg")
        == ["plot", "frontier", "a", "--out", "f.svg"])
  }
}
