import SandboxTasks
import TestTimeCompute

/// An instance of a sweep, whatever language it is in.
public struct SweepInstance: Sendable {
  /// The instance, in the tokens of the model.
  public var instance: TaskInstance
  /// What is asked about its context.
  public var problem: Problem
  /// How it is answered.
  public var answers: AnswerForm
  /// Whether an answer is right; nil where it has to be the right one token by token.
  public var isRight: (@Sendable ([Int32]) -> Bool)?

  /// The lengths on which costs depend.
  var extent: ProblemExtent { problem.extent(behind: instance.context.count) }
}

/// Where the instances of text tasks come from.
public protocol SweepTextSource: Sendable {
  /// An instance of a cell whose task is text.
  ///
  /// - Throws: whatever keeps the text from being made or read.
  func instance(_ cell: SweepPlan.Cell, index: Int, _ spec: SweepSpec) throws -> SweepInstance
}

extension SweepRun {
  /// An instance of a cell.
  ///
  /// - Throws: `SweepError`, and what the source of texts throws.
  static func instance(
    _ cell: SweepPlan.Cell, _ index: Int, _ spec: SweepSpec, _ texts: (any SweepTextSource)?
  ) throws -> SweepInstance {
    if cell.task.text != nil {
      guard let texts else { throw SweepError.noTexts(task: cell.task.label) }
      return try texts.instance(cell, index: index, spec)
    }
    let instance = try TaskGenerator(cell.settings, seed: spec.seed, split: spec.split)
      .instance(index)
    return SweepInstance(
      instance: instance, problem: Problem(instance), answers: .sandbox, isRight: nil)
  }
}
