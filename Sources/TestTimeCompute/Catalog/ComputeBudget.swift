import DataFiles

/// How much a method may spend behind the prefill.
public enum ComputeBudget: Sendable, Equatable {
  /// What qTTT costs with that many steps (N) on uniform spans of that many tokens (k) and a direct
  /// answer: as much, at each context length.
  case matched(steps: Int, spanLength: Int)
  /// That many floating-point operations, a multiply-add as two.
  case operations(Int)

  /// What the budget comes to.
  ///
  /// - Parameter direct: the direct answer.
  public func operations(
    _ extent: ProblemExtent, _ costs: FLOPs, direct: any Decoding = DirectAnswer()
  ) -> FLOPs.Count {
    switch self {
    case .operations(let operations): return FLOPs.Count(operations)
    case .matched(let steps, let spanLength):
      let training = SpanTraining(
        steps: steps, spanLength: spanLength,
        training: TrainingSettings(optimizer: .sgd))
      return Method(adaptation: training, decoding: direct).expectedFLOPs(extent, costs)
    }
  }

  /// Reads the members of a budget, all of them.
  public init(_ reader: inout JSONObjectReader) throws(JSONError) {
    if reader.contains("flops") {
      self = .operations(try reader.int("flops", in: 1 ... .max))
    } else {
      self = .matched(
        steps: try reader.int("steps", in: 1...1_000_000),
        spanLength: try reader.int("span_length", in: 1...1 << 28))
    }
    try reader.finish()
  }

  func writeMembers(to json: inout JSONWriter) {
    switch self {
    case .matched(let steps, let spanLength):
      json.member("steps", steps)
      json.member("span_length", spanLength)
    case .operations(let operations): json.member("flops", operations)
    }
  }

  /// Why the budget is none at a length, as the end of a sentence; nil where it is.
  func defect(length: Int) -> String? {
    guard case .matched(_, let span) = self, span >= length else { return nil }
    return MethodError.wording(span: span, context: length)
  }
}

extension ComputeBudget: CustomStringConvertible {
  /// `32x128` for N=32 and k=128, or a number of operations.
  public var description: String {
    switch self {
    case .matched(let steps, let spanLength): "\(steps)x\(spanLength)"
    case .operations(let operations): "\(operations)"
    }
  }
}
