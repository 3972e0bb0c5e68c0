import ArgumentParsing
import Runs

/// What a figure is drawn from, for what is said where something else is named.
struct FigureSource {
  /// The name of the figure.
  let figure: String
  let kinds: [RunKind]
  /// How to make what the figure needs; nil where every run of these kinds has it.
  let remedy: String?

  init(_ arguments: Arguments, _ kinds: RunKind..., remedy: String? = nil) {
    figure = arguments.path[arguments.path.count - 1].name
    self.kinds = kinds
    self.remedy = remedy
  }

  /// Refuses what another kind of run made.
  ///
  /// - Parameters:
  ///   - kind: the kind that was met; nil where nothing tells it.
  ///   - path: the folder or table as it was named.
  /// - Throws: `PlotError.wrongKind`.
  func check(_ kind: RunKind?, _ path: String) throws(PlotError) {
    if let kind, !kinds.contains(kind) { throw .wrongKind(kind, path: path, self) }
  }

  /// What to do for the figure, where results of some kind were named.
  var advice: String { remedy ?? choice }

  /// What to name for the figure.
  var choice: String { "name a folder that \(commands) made" }

  /// "a sweep or a probe".
  var runs: String { kinds.map(\.run).joined(separator: " or ") }

  private var commands: String {
    kinds.map { "'dilution \($0.subcommand)'" }.joined(separator: " or ")
  }
}
