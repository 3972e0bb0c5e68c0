import TestTimeCompute

/// Operations a second of so many threads together, by what is done.
public struct WorkRates: Sendable {
  /// Tokens that are generated one by one.
  public struct Generating: Sendable {
    /// Products with weights, a row at a time.
    public let products: Double
    /// Attention, behind some thousand tokens.
    public let attention: Double

    public init(products: Double, attention: Double) {
      (self.products, self.attention) = (products, attention)
    }
  }

  /// Matrix products of a prefill.
  public let products: Double
  /// Attention of a prefill, behind some thousand tokens.
  public let attention: Double
  /// Steps of adaptation; nil where there are none.
  public let adapt: Double?
  /// Question and answer, their tokens read together.
  public let answer: Double
  /// Nil where nothing is generated.
  public let generating: Generating?

  public init(
    products: Double, attention: Double, adapt: Double?, answer: Double,
    generating: Generating? = nil
  ) {
    self.products = products
    self.attention = attention
    self.adapt = adapt
    self.answer = answer
    self.generating = generating
  }
}

/// Operations by what they are done in, of which rates make a time.
public struct WorkFLOPs: Sendable, Equatable {
  /// Reading contexts, and the part of it that is attention.
  public private(set) var prefill: FLOPs.Count = 0
  public private(set) var prefillAttention: FLOPs.Count = 0
  /// Steps of adaptation.
  public var adapt: FLOPs.Count = 0
  /// Questions and answers that are read.
  public var answer: FLOPs.Count = 0
  /// What is generated token by token, and the part of it that is attention.
  public private(set) var generating: FLOPs.Count = 0
  public private(set) var generatingAttention: FLOPs.Count = 0

  /// Nothing.
  public init() {}

  /// Reads a context of `length` tokens.
  public mutating func read(_ length: Int, _ costs: FLOPs) {
    prefill += costs.prefill(length)
    prefillAttention += costs.prefillAttention(length)
  }

  /// Generates `count` tokens behind `length` others.
  public mutating func generate(_ count: Int, after length: Int, _ costs: FLOPs) {
    generating += costs.decode(count, after: length)
    generatingAttention += costs.decodeAttention(count, after: length)
  }

  /// All of it together.
  public var total: FLOPs.Count { prefill + adapt + answer + generating }

  public static func += (sum: inout WorkFLOPs, other: WorkFLOPs) {
    sum.prefill += other.prefill
    sum.prefillAttention += other.prefillAttention
    sum.adapt += other.adapt
    sum.answer += other.answer
    sum.generating += other.generating
    sum.generatingAttention += other.generatingAttention
  }

  /// Seconds at the rates. Where none was measured for a kind of work, that of reading counts.
  public func seconds(_ rates: WorkRates) -> Double {
    var seconds = Double(prefill - prefillAttention) / rates.products
    seconds += Double(prefillAttention) / rates.attention
    seconds += Double(adapt) / (rates.adapt ?? rates.products)
    seconds += Double(answer) / rates.answer
    let generated = rates.generating ?? .init(products: rates.products, attention: rates.attention)
    seconds += Double(generating - generatingAttention) / generated.products
    seconds += Double(generatingAttention) / generated.attention
    return seconds
  }
}
