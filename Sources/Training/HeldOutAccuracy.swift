import SandboxTasks
import TensorKernels
import TransformerModel

/// Accuracy on fresh sequences, every token predicted from the true tokens before it.
public struct HeldOutAccuracy: Equatable, Sendable {
  /// The number of sequences.
  public internal(set) var sequences = 0
  /// Facts a sequence has.
  public internal(set) var facts = 0
  /// Single predictable tokens.
  public internal(set) var tokens = SliceAccuracy()
  /// Whole answers: the predictable tokens of one slice in one unit (a repeated fact's value, a
  /// question's answer, a trace with its answer), right only where every one of them is.
  public internal(set) var answers = SliceAccuracy()

  public init() {}

  /// Counts the predictions of one sequence: `best[i]` predicts token `i + 1`.
  public mutating func add(_ sequence: TrainingSequence, best: [Int32]) {
    precondition(
      best.count >= sequence.tokens.count - 1, "a prediction of every token but the first")
    sequences += 1
    var starts = sequence.unitStarts
    starts.append(sequence.tokens.count)
    for (start, end) in zip(starts, starts.dropFirst()) {
      var isRight: [UInt8: Bool] = [:]
      for index in max(start, 1)..<max(end, 1) where sequence.predictable[index] {
        let slice = sequence.slice[index]
        let isCorrect = best[index - 1] == sequence.tokens[index]
        tokens.add(slice: slice, isCorrect: isCorrect)
        isRight[slice] = (isRight[slice] ?? true) && isCorrect
      }
      for (slice, isCorrect) in isRight { answers.add(slice: slice, isCorrect: isCorrect) }
    }
  }

  mutating func add(_ other: HeldOutAccuracy) {
    sequences += other.sequences
    tokens.add(other.tokens)
    answers.add(other.answers)
  }
}

extension Trainer {
  /// Accuracy of the present weights on sequences of the recipe's full size and last mixture, which
  /// training never sees.
  ///
  /// The same number of sequences gives the same sequences, whatever was trained before.
  public func evaluate(sequences count: Int) -> HeldOutAccuracy {
    let recipe = self.recipe
    let mixture = recipe.mixture(step: recipe.steps)
    let model = self.model
    let stream = heldOut
    let parts = Self.collect(count, workers) { index, _ in
      let item = Self.makeSequence(
        recipe, mixture, facts: recipe.curriculum.end, stream: stream.child(index))
      var accuracy = HeldOutAccuracy()
      accuracy.add(item.sequence, best: Self.predictions(of: item, by: model))
      return accuracy
    }
    var total = HeldOutAccuracy()
    total.facts = recipe.curriculum.end
    for part in parts { total.add(part) }
    return total
  }

  /// The most probable next token at every place of a sequence.
  private static func predictions(
    of item: PositionedSequence, by model: Transformer
  ) -> [Int32] {
    let tokens = item.sequence.tokens
    let session = InferenceSession(model, capacity: tokens.count, chunk: tokens.count)
    let logits = session.append(tokens, positions: item.positions, logits: .all)
    let width = model.configuration.vocabularySize
    return tokens.indices.map { row in
      var best = row * width
      for index in best..<best + width where logits[index] > logits[best] { best = index }
      return Int32(best - row * width)
    }
  }
}
