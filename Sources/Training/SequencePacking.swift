import Randomness
import SandboxTasks
import TransformerModel

/// A training sequence with its rotary positions.
public struct PositionedSequence: Sendable {
  public let sequence: TrainingSequence
  /// One entry a token.
  public let positions: [Int32]

  public init(sequence: TrainingSequence, positions: [Int32]) {
    precondition(sequence.tokens.count == positions.count, "one position a token")
    self.sequence = sequence
    self.positions = positions
  }
}

extension SequenceBatch {
  /// Packs sequences one behind the other; every token is predicted by the one before it, with
  /// weight `predictable` or `other`, times `factor`.
  public init(
    packing sequences: ArraySlice<PositionedSequence>, predictable: Float, other: Float,
    factor: Float
  ) {
    let count = sequences.reduce(0) { $0 + $1.sequence.tokens.count }
    var tokens: [Int32] = []
    var positions: [Int32] = []
    var ranges: [Range<Int>] = []
    var targets: [Int32] = []
    var weights: [Float] = []
    tokens.reserveCapacity(count)
    positions.reserveCapacity(count)
    targets.reserveCapacity(count)
    weights.reserveCapacity(count)
    for item in sequences {
      let sequence = item.sequence
      let start = tokens.count
      tokens += sequence.tokens
      positions += item.positions
      ranges.append(start..<tokens.count)
      for index in 1..<sequence.tokens.count {
        targets.append(sequence.tokens[index])
        weights.append((sequence.predictable[index] ? predictable : other) * factor)
      }
      targets.append(-1)
      weights.append(0)
    }
    self.init(
      tokens: tokens, positions: positions, sequences: ranges, targets: targets, weights: weights)
  }
}
