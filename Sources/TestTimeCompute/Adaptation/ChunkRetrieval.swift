import Foundation
import TransformerModel

/// Retrieval before the answer: the context is cut into chunks, and those that the question picks out are
/// read again behind an empty cache, in their order and at positions from 0 on.
///
/// Nothing is trained. What was not picked competes no longer for attention, and what was picked stands
/// where the model was trained to find it; what is missed is lost.
public struct ChunkRetrieval: Adaptation, Equatable {
  /// How chunks are ranked.
  public enum Ranking: String, CaseIterable, Sendable {
    /// By the attention that the question's rows give to them, over all layers and heads: a pass of the
    /// question behind the whole context.
    case attention
    /// By BM25 of the question's tokens (Robertson and Zaragoza 2009), which takes no pass.
    case bm25
  }

  /// r: how many chunks are read again, at most.
  public var chunks: Int
  /// The tokens of a chunk; the last of a context may have fewer.
  public var chunkLength: Int
  public var ranking: Ranking

  /// Retrieval of `chunks` chunks.
  public init(chunks: Int, chunkLength: Int, ranking: Ranking) {
    precondition(chunks >= 1 && chunkLength >= 1, "something is read again")
    self.chunks = chunks
    self.chunkLength = chunkLength
    self.ranking = ranking
  }

  public var keepsContext: Bool { false }

  public func extent(behind extent: ProblemExtent) -> ProblemExtent {
    var rest = extent
    rest.context = min(extent.context, chunks * chunkLength)
    return rest
  }

  /// Exact, unless the last chunk of the context is shorter and picked: then it is what whole chunks cost.
  public func expectedFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    lookFLOPs(extent, costs) + costs.prefill(self.extent(behind: extent).context)
  }

  public func adapt(_ run: MethodRun) throws {
    run.predict(lookFLOPs(run.extent, run.costs))
    let context = run.context
    let tokens = try picked(run).flatMap { context.session.tokens[$0] }
    let session = InferenceSession(
      context.session.model,
      capacity: context.session.cache.capacity - context.length + tokens.count,
      workers: context.workers, options: context.session.options,
      precision: context.session.cache.precision, tally: context.tally)
    run.predict(run.costs.prefill(tokens.count))
    session.append(tokens, logits: .none)
    run.session = session
    run.base = tokens.count
  }

  private func lookFLOPs(_ extent: ProblemExtent, _ costs: FLOPs) -> FLOPs.Count {
    ranking == .attention ? QuestionAttention.overContextFLOPs(extent, costs) : 0
  }

  /// The best chunks, in the order of the context; of equally good ones the earlier counts as better.
  private func picked(_ run: MethodRun) throws -> [Range<Int>] {
    let length = run.context.length
    let pieces = stride(from: 0, to: length, by: chunkLength).map {
      $0..<min($0 + chunkLength, length)
    }
    let scores: [Double]
    switch ranking {
    case .attention:
      let attention = try QuestionAttention.overContext(run, run.context)
      scores = pieces.map { attention[$0].reduce(0, +) }
    case .bm25:
      let tokens = run.context.session.tokens
      scores = Self.bm25(of: run.problem.directPrompt, in: pieces.map { tokens[$0] })
    }
    let order = pieces.indices.sorted {
      scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1
    }
    return order.prefix(chunks).sorted().map { pieces[$0] }
  }

  /// The BM25 score of each text for a query, with k₁ = 1.2 and b = 0.75; a token counts once in the query.
  static func bm25(of query: [Int32], in texts: [ArraySlice<Int32>]) -> [Double] {
    let (k1, b) = (1.2, 0.75)
    let mean = Double(texts.reduce(0) { $0 + $1.count }) / Double(max(texts.count, 1))
    var scores = [Double](repeating: 0, count: texts.count)
    for token in Set(query).sorted() {
      let counts = texts.map { text in Double(text.count { $0 == token }) }
      let holders = Double(counts.count { $0 > 0 })
      let rarity = log(1 + (Double(texts.count) - holders + 0.5) / (holders + 0.5))
      for (place, count) in counts.enumerated() where count > 0 {
        let relative = Double(texts[place].count) / mean
        scores[place] += rarity * count * (k1 + 1) / (count + k1 * (1 - b + b * relative))
      }
    }
    return scores
  }
}
