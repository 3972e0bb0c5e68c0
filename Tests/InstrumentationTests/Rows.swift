import Instrumentation

/// The row of an array of scores, outside the test macros, which take no spans.
func attentionRow(_ scores: [Float]) -> AttentionRow? { AttentionRow(scores: scores.span) }
