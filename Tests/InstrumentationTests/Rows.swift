import Instrumentation
import TransformerModel

/// The row of an array of scores.
func attentionRow(_ scores: [Float], firstKey: Int = 0) -> AttentionRow? {
  AttentionRow(ObservedAttention(firstKey: firstKey, scores: scores))
}
