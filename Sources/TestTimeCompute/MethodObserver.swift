import TransformerModel

/// A row whose attention a method shows: the one that predicts a certain token.
public enum WatchedStep: Hashable, Sendable {
  /// The row that predicts token `token` of what trace `trace` generates, both from 0.
  case trace(Int, token: Int)
  /// The row that predicts token `token` of the right answer, read behind the last answer's place in
  /// trace `trace`; 0 where there is one trace or none.
  case answer(trace: Int, token: Int)
  /// The same, read directly behind the context after `step` steps of training.
  case training(step: Int, token: Int)
}

/// Looks at attention while a method runs.
///
/// What is done only to be looked at is neither counted nor timed.
public struct MethodObserver {
  /// Whether the rows that predict traces are shown. Beam search shows none: its traces share rows.
  public var watchesTraces: Bool
  /// Whether the answer is to be read after that many steps of training.
  public var watchesTraining: (Int) -> Bool
  /// Called for every layer and head of a watched row, with its attention.
  public var visit: (WatchedStep, AttentionSite, ObservedAttention) -> Void

  /// An observer; without more it watches only the final answer.
  public init(
    watchesTraces: Bool = false, watchesTraining: @escaping (Int) -> Bool = { _ in false },
    visit: @escaping (WatchedStep, AttentionSite, ObservedAttention) -> Void
  ) {
    self.watchesTraces = watchesTraces
    self.watchesTraining = watchesTraining
    self.visit = visit
  }

  /// The observation of a pass whose row `i` is the step `steps[i]`; other rows are passed over.
  func observation(_ steps: [Int: WatchedStep]) -> AttentionObservation {
    AttentionObservation(rows: steps.keys.sorted()) { site, attention in
      if let step = steps[site.row] { visit(step, site, attention) }
    }
  }
}
