import DataFiles

/// Read the chunks of the context again that the question picks out, then answer.
public struct RetrieveMethod: MethodSettings {
  public static let name = "retrieve"
  public static let summary = "reads again what the question picks out of the context"
  public static let settings = [
    Setting(
      "ranking", \RetrieveMethod.ranking,
      help: "Whether the question's attention or BM25 on tokens ranks the chunks."),
    Setting("chunk_length", \.chunkLength, in: 1...1 << 16, help: "Tokens of a chunk."),
  ]
  public static let columns = ["ranking": "policy"]
  public static let amount: AmountKind? = AmountKind(
    "chunks", in: 1...1 << 16, help: "r: chunks that are read again.")
  public static let looks = [
    MethodLook(["retrieve", "retrieve by attention"], .purple, .triangleDown, .solid),
    MethodLook(["retrieve by BM25"], .purple, .triangleDown, .longDash, isHollow: true),
  ]

  public var ranking = ChunkRetrieval.Ranking.attention
  public var chunkLength = 32

  public init() {}

  public func method(_ amount: Int, _ answers: AnswerForm) -> Method {
    Method(
      adaptation: ChunkRetrieval(chunks: amount, chunkLength: chunkLength, ranking: ranking),
      decoding: answers.direct)
  }

  public static func title(_ columns: MethodColumns) -> String {
    columns["policy"] == "bm25" ? "retrieve by BM25" : "retrieve by attention"
  }
}
