/// The rule 2Nk against the exact count, over contexts and shapes.
public struct RuleScan: Encodable, Sendable {
  struct Row: Encodable, Sendable {
    var shape: String
    var width: Int
    var layers: Int
    var cells: [Cell]
  }

  struct Cell: Encodable, Sendable {
    var length: Int
    /// The exact M.
    var thinkingTokens: Int
    var ruleOverExact: Double?
  }

  static let lengths = [512, 2048, 8192, 32768, 131_072, 1_048_576]

  var steps: Int
  var span: Int
  var rule: FLOPs.Count
  var rows: [Row]

  /// The given shape first, then those known by name, from the widest on.
  public init(given: KnownShape?, steps: Int, span: Int) {
    self.steps = steps
    self.span = span
    let rule = FLOPs.ruleOfThumb(steps: steps, span: span)
    self.rule = rule
    let known = KnownShape.all.reversed().filter { $0.name != given?.name }
    rows = ((given.map { [$0] } ?? []) + known).map { shape in
      let flops = FLOPs(shape.configuration)
      let cells = Self.lengths.filter { $0 > span }.map { length in
        let budget = FLOPs.Count(steps) * flops.meanSpanStep(span, length: length)
        let tokens = flops.decodedTokens(within: budget, after: length).tokens
        return Cell(
          length: length, thinkingTokens: tokens,
          ruleOverExact: tokens > 0 ? Double(rule) / Double(tokens) : nil)
      }
      return Row(
        shape: shape.name, width: shape.configuration.width, layers: shape.configuration.layers,
        cells: cells)
    }
  }
}
