/// The accuracies that LongBench v2 reports, in percent.
public struct LongBenchScore: Sendable {
  /// A question that was answered.
  public struct Judged: Sendable {
    public var domain: String
    public var difficulty: LongBenchItem.Difficulty
    public var extent: LongBenchItem.Extent
    public var isRight: Bool

    /// Judges an answer by the sentence that names its letter.
    public init(_ item: LongBenchItem, answer: String) {
      domain = item.domain
      difficulty = item.difficulty
      extent = item.extent
      isRight = ChosenLetter.declared(answer) == item.answer
    }
  }

  private let judged: [Judged]

  public init(_ judged: [Judged]) { self.judged = judged }

  /// How many answers there are.
  public var count: Int { judged.count }
  /// Of all; nil without any.
  public var overall: Double? { accuracy { _ in true } }
  /// Of one degree of difficulty; nil without any.
  public func accuracy(_ difficulty: LongBenchItem.Difficulty) -> Double? {
    accuracy { $0.difficulty == difficulty }
  }
  /// Of contexts of one extent; nil without any.
  public func accuracy(_ extent: LongBenchItem.Extent) -> Double? {
    accuracy { $0.extent == extent }
  }
  /// Of one category; nil without any.
  public func accuracy(domain: String) -> Double? { accuracy { $0.domain == domain } }
  /// The categories that occur, in the order of the alphabet.
  public var domains: [String] { Set(judged.map(\.domain)).sorted() }

  private func accuracy(of belongs: (Judged) -> Bool) -> Double? {
    let own = judged.filter(belongs)
    guard !own.isEmpty else { return nil }
    return 100 * Double(own.count { $0.isRight }) / Double(own.count)
  }
}
