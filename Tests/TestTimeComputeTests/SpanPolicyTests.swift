import Randomness
import TestTimeCompute
import Testing

@Suite struct SpanPolicyTests {
  @Test func uniformSpansStartEverywhereAlike() {
    var spans = DrawnSpans(RandomStream(seed: 6, label: "spans"))
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<10_000 { counts[spans.nextStart(spanLength: 5, contextLength: 15)] += 1 }
    // 1000 expected at each of the ten starts, with a standard deviation of 30.
    #expect(counts.allSatisfy { abs($0 - 1000) < 150 })
  }

  @Test func theLongestSpanHasOneStart() {
    var spans = DrawnSpans(RandomStream(seed: 6, label: "spans"))
    for _ in 0..<20 { #expect(spans.nextStart(spanLength: 14, contextLength: 15) == 0) }
  }
}
