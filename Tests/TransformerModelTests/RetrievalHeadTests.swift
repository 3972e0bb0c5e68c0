import Foundation
import TestSupport
import Testing
import TransformerModel

/// Heads whose weights are set by hand, so that the answer is known without any training.
@Suite struct RetrievalHeadTests {
  /// Fills the matrix `name` (`[rows, columns]`) from a function, all else being zero.
  private func set(
    _ parameters: Parameters, _ name: String, _ entries: [(row: Int, column: Int, value: Double)]
  ) {
    let columns = parameters.layout.entry(name)!.shape[1]
    let view = parameters.view(name)
    view.fill(0)
    for (row, column, value) in entries { view[row * columns + column] = Float(value) }
  }

  private func zeroed(_ configuration: ModelConfiguration) -> Parameters {
    let parameters = Parameters(configuration)
    for entry in parameters.layout.entries where entry.shape.count == 1 {
      parameters.view(entry.name).fill(1)
    }
    return parameters
  }

  /// One head that looks for its own token among the keys: with margin Δ over m distractors, the
  /// target's mass is `1/(1 + m·e^(−Δ))`, and the logits are that mixture.
  ///
  /// Token `a < n` is written on axis `a`, its asker `n + a` on axis `n + a`. The query of an asker
  /// is the key of its token; what is copied goes to the axes `2n …`, which the output head reads.
  @Test(arguments: [4, 40, 600])
  func retrievalDilutesByTheLaw(distractors: Int) throws {
    let n = 8
    let width = 3 * n
    let margin = 5.0
    let configuration = ModelConfiguration(
      vocabularySize: 2 * n, width: width, layers: 1, queryHeads: 1, keyValueHeads: 1,
      headWidth: n, mlpWidth: 1, normEpsilon: 0, hasQueryKeyNorm: false)
    let parameters = zeroed(configuration)
    set(parameters, "model.embed_tokens.weight", (0..<2 * n).map { ($0, $0, 1) })
    // A normalised one-hot row is sqrt(d) on its axis.
    let unit = 1 / Double(width).squareRoot()
    let layer = "model.layers.0.self_attn."
    set(
      parameters, layer + "q_proj.weight",
      (0..<n).map { ($0, n + $0, unit * margin * Double(n).squareRoot()) })
    set(parameters, layer + "k_proj.weight", (0..<n).map { ($0, $0, unit) })
    set(parameters, layer + "v_proj.weight", (0..<n).map { ($0, $0, unit) })
    set(parameters, layer + "o_proj.weight", (0..<n).map { (2 * n + $0, $0, 1) })
    set(parameters, "lm_head.weight", (0..<n).map { ($0, 2 * n + $0, 1) })

    // Token 3 once, among other tokens; then its asker, which sees itself too, with score 0.
    var tokens = (0..<distractors - 1).map { Int32([0, 1, 2, 4, 5, 6, 7][$0 % 7]) }
    let target = tokens.count / 2
    tokens.insert(3, at: target)
    tokens.append(Int32(n + 3))
    var pattern: [Double] = []
    let session = InferenceSession(
      Transformer(parameters), capacity: tokens.count, options: PassOptions(rotary: false))
    let logits = session.append(
      tokens,
      observing: AttentionObservation(rows: [tokens.count - 1]) { _, seen in
        pattern = seen.attention ?? []
      })
    let mass = 1 / (1 + Double(distractors) * exp(-margin))
    try #require(pattern.count == tokens.count)
    #expect(abs(pattern[target] / mass - 1) < 1e-5)
    // The residual stream ends as the asker's own axis plus the mixture of values; the final norm
    // divides by its root mean square.
    var mixture = [Double](repeating: 0, count: n)
    for (j, token) in tokens.dropLast().enumerated() {
      mixture[Int(token)] += j == target ? mass : mass * exp(-margin)
    }
    let square = 1 + mixture.reduce(0) { $0 + $1 * $1 }
    let expected = mixture.map { $0 / (square / Double(width)).squareRoot() }
    #expect(relativeDistance(Array(logits[..<n]), expected) < 1e-5)
  }

  /// Two layers that complete a repeated pair, as induction heads do: a head that looks one token
  /// back by rotary position alone, and a head that looks for what followed the present token.
  ///
  /// Axes: `0 ..< n` the token, `n ..< 2n` the token before, `2n ..< 3n` the answer. Head components
  /// come in rotating pairs (i, i + w/2). With base θ = 10¹² and 24 pairs, the fast ones turn by
  /// 1, 0.316, 0.1 … a position, and the eight slowest by at most 10⁻⁸: those serve as content.
  @Test func inductionByPosition() {
    let n = 8
    let half = 24
    let pairsForPosition = 6
    let width = 3 * n
    let configuration = ModelConfiguration(
      vocabularySize: n, width: width, layers: 2, queryHeads: 1, keyValueHeads: 1,
      headWidth: 2 * half, mlpWidth: 1, rotaryTheta: 1e12, normEpsilon: 0,
      hasQueryKeyNorm: false)
    let parameters = zeroed(configuration)
    set(parameters, "model.embed_tokens.weight", (0..<n).map { ($0, $0, 1) })
    set(parameters, "lm_head.weight", (0..<n).map { ($0, 2 * n + $0, 1) })

    // Layer 0: queries and keys are the same constant in each fast pair, but for the key being
    // turned ahead by one position; so the score peaks at distance one. Any token may ask, so the
    // rows sum over all token axes, of which one is set.
    let frequency = (0..<half).map { pow(1e12, -Double($0) / Double(half)) }
    let constant = 30.0
    var queries: [(row: Int, column: Int, value: Double)] = []
    var keys = queries
    for pair in 0..<pairsForPosition {
      for token in 0..<n {
        queries.append((pair, token, constant))
        keys.append((pair, token, cos(frequency[pair])))
        keys.append((pair + half, token, sin(frequency[pair])))
      }
    }
    let first = "model.layers.0.self_attn."
    set(parameters, first + "q_proj.weight", queries)
    set(parameters, first + "k_proj.weight", keys)
    // A normalised one-hot row is sqrt(d) on its axis; copied with weight one.
    let unit = 1 / Double(width).squareRoot()
    set(parameters, first + "v_proj.weight", (0..<n).map { ($0, $0, unit) })
    set(parameters, first + "o_proj.weight", (0..<n).map { (n + $0, $0, 1) })

    // Layer 1: the present token asks for keys whose predecessor it was, in the slow pairs.
    let slow = half - n
    let second = "model.layers.1.self_attn."
    set(parameters, second + "q_proj.weight", (0..<n).map { (slow + $0, $0, 30) })
    set(parameters, second + "k_proj.weight", (0..<n).map { (slow + $0, n + $0, 1) })
    set(parameters, second + "v_proj.weight", (0..<n).map { ($0, $0, unit) })
    set(parameters, second + "o_proj.weight", (0..<n).map { (2 * n + $0, $0, 1) })

    // Seven tokens and again the first of them, behind one that stands at the start alone: there a
    // token has no other before it than itself.
    let tokens: [Int32] = [4, 5, 2, 7, 1, 0, 3, 6, 5, 2, 7, 1, 0]
    var looked: [AttentionSite: Int] = [:]
    let session = InferenceSession(Transformer(parameters), capacity: tokens.count)
    let logits = session.append(
      tokens, logits: .all,
      observing: AttentionObservation(rows: Array(tokens.indices)) { site, seen in
        let pattern = Reference.softmax(seen.scores.map(Double.init))
        let best = pattern.indices.max { pattern[$0] < pattern[$1] }!
        if site.row > 0 && (site.layer == 0 || site.row >= 8) { #expect(pattern[best] > 0.98) }
        looked[site] = best
      })
    for row in 1..<tokens.count {
      #expect(looked[AttentionSite(layer: 0, head: 0, row: row)] == row - 1)
    }
    // From the first repetition on, the continuation is known.
    for row in 8..<tokens.count - 1 {
      #expect(looked[AttentionSite(layer: 1, head: 0, row: row)] == row - 6)
      let z = logits[row * n..<(row + 1) * n]
      #expect(z.firstIndex(of: z.max()!)! - row * n == Int(tokens[row + 1]))
    }
  }
}
