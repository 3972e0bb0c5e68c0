/// All figures.
public enum FigureCatalog {
  /// In the order in which help lists those of a section, and in which a report draws them.
  ///
  /// To add one, write a file with a type that conforms to `ResultFigure`, name it here, and run
  /// `make goldens` to record its help screen.
  public static let all: [any ResultFigure] = [
    DilutionCurvePlot(), AccuracyCurvePlot(), MarginPlot(), ControlsPlot(), HeadHeatmapsPlot(),
    EffectiveSupportPlot(),
    FrontierPlot(), StepsHeatmapPlot(), LearningRatePlot(), WallClockPlot(),
    RotaryPlot(), SettingPlot.similarity, SettingPlot.rehearsal, SettingPlot.hops,
    SettingPlot.depth,
    AttentionProfilePlot(),
    RequirementPlot(), SignalPlot(), QueryGainPlot(),
    ScalingPlot(),
  ]

  /// The figure of a name.
  public static func named(_ name: String) -> (any ResultFigure)? {
    all.first { $0.about.name == name }
  }

  /// Words that people type for figures, each with the figures that it may mean.
  public static var otherNames: [String: [String]] {
    var names: [String: [String]] = [:]
    for figure in all {
      for word in figure.about.otherNames { names[word, default: []].append(figure.about.name) }
    }
    return names
  }

  /// What a report draws of a run, task by task.
  ///
  /// - Throws: `CSVError`.
  public static func views(of run: RunOverview) throws -> [FigureView] {
    let comparing = try all.filter { figure in
      try run.kind == .sweep && figure.about.compares.map(run.varies) ?? false
    }
    let asked = comparing.isEmpty ? all.filter { $0.about.compares == nil } : comparing
    let views = try asked.flatMap { try $0.views(of: run) }
    let order = run.tasks.map { $0 as String? } + [nil]
    return order.flatMap { task in views.filter { $0.task == task } }
  }
}
