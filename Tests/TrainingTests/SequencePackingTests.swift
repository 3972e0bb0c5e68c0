import Randomness
import SandboxTasks
import TestTags
import Testing
import Training
import TransformerModel

@Suite(.tags(.slow)) struct SequencePackingTests {
  @Test func everyTokenIsPredictedByTheOneBefore() {
    let stream = RandomStream(seed: 2, label: "packing")
    let items = (0..<5).map { index in
      let sequence = TrainingSequence.make(
        TrainingMixture(), facts: 4, stream: stream.child(index))
      let start = Int32(100 * index)
      return PositionedSequence(
        sequence: sequence, positions: sequence.tokens.indices.map { start + Int32($0) })
    }
    let packed = items[1..<4]
    let batch = SequenceBatch(packing: packed, predictable: 1, other: 0.5, factor: 0.25)
    #expect(batch.sequences.count == 3)
    #expect(batch.sequences.first?.lowerBound == 0)
    #expect(batch.sequences.last?.upperBound == batch.tokens.count)
    for (range, item) in zip(batch.sequences, packed) {
      #expect(Array(batch.tokens[range]) == item.sequence.tokens)
      #expect(Array(batch.positions[range]) == item.positions)
      for (index, row) in range.enumerated() {
        let isLast = row == range.upperBound - 1
        #expect(batch.targets[row] == (isLast ? -1 : item.sequence.tokens[index + 1]))
        let expected: Float =
          isLast ? 0 : item.sequence.predictable[index + 1] ? 0.25 : 0.125
        #expect(batch.weights[row] == expected)
      }
    }
    for (range, next) in zip(batch.sequences, batch.sequences.dropFirst()) {
      #expect(range.upperBound == next.lowerBound)
    }
  }
}
