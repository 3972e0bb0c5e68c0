/// How one line of code is made wrong.
public enum MutationOperator: String, CaseIterable, Sendable {
  /// A factor or divisor is left out: `q @ k.T / scale` becomes `q @ k.T`.
  case droppedScaling = "dropped-scaling"
  /// The two sides of `-`, `/`, `//` or `%`, or the first two arguments of a call, change places.
  case swappedOperands = "swapped-operands"
  /// A `+ 1` or `- 1` is left out, or the end of a `range` is one too small.
  case offByOne = "off-by-one"
  /// A comparison takes in or leaves out equality, or tests it the wrong way round.
  case wrongComparison = "wrong-comparison"
  /// A division moves into or out of the parentheses beside it.
  case misplacedNormalisation = "misplaced-normalisation"
  /// The condition of an `if` or a `while` is turned round.
  case negatedCondition = "negated-condition"
  /// An index points one place further.
  case wrongIndex = "wrong-index"
  /// An update in place overwrites: `total += x` becomes `total = x`.
  case droppedUpdate = "dropped-update"
  /// A sum becomes a difference or the reverse.
  case wrongSign = "wrong-sign"
  /// `and` becomes `or`, or the reverse.
  case wrongConnective = "wrong-connective"
  /// `min` becomes `max`, or the reverse.
  case wrongExtremum = "wrong-extremum"

  /// Every line that this operator makes of a line of code, in the order of the places it changes.
  ///
  /// Comments and quoted texts are left alone, and so are declarations and imports, whose signs mean
  /// something else.
  public func mutations(of line: String) -> [String] {
    let code = CodeTokens(line)
    guard let first = code.tokens.first, !Self.excluded.contains(first.text),
      !code.tokens.contains(where: { $0.kind == .text && $0.text.hasPrefix("\"\"") })
    else { return [] }
    let found: [String]
    switch self {
    case .droppedScaling: found = code.withoutFactors()
    case .swappedOperands: found = code.withSwappedSides() + code.withSwappedArguments()
    case .offByOne: found = code.withoutOnes() + code.withShorterRanges()
    case .wrongComparison: found = code.replacingSpaced(Self.comparisons)
    case .misplacedNormalisation: found = code.withMovedDivisions()
    case .negatedCondition: found = code.withNegatedCondition()
    case .wrongIndex: found = code.withMovedIndices()
    case .droppedUpdate:
      found = code.replacingSpaced(["+=": "=", "-=": "=", "*=": "=", "/=": "="])
    case .wrongSign: found = code.withTurnedSigns()
    case .wrongConnective:
      found = code.replacingSpaced(["and": "or", "or": "and", "&&": "||", "||": "&&"])
    case .wrongExtremum: found = code.withSwappedExtrema()
    }
    return found.filter { $0 != line }
  }

  private static let excluded: Set<String> = [
    "def", "func", "class", "struct", "enum", "import", "from", "include", "using", "template", "@",
    "#", "fn", "package", "namespace", "public", "private", "typedef", "extern", "static", "case",
    "assert", "raise", "throw", "print",
  ]

  private static let comparisons = [
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==",
  ]
}

extension CodeTokens {
  private func isBinary(_ place: Int, _ names: Set<String>) -> Bool {
    tokens[place].kind == .symbol && tokens[place].isSpaced && names.contains(tokens[place].text)
      && place > 0 && place + 1 < tokens.count
  }

  fileprivate func withoutFactors() -> [String] {
    tokens.indices.compactMap { place in
      guard isBinary(place, ["*", "/"]), operandStart(before: place) != nil,
        let end = operandEnd(from: place + 1), text(end) != "**"
      else { return nil }
      let start = tokens[place - 1].range.upperBound
      return replacing([(start..<tokens[end - 1].range.upperBound, "")])
    }
  }

  fileprivate func withSwappedSides() -> [String] {
    tokens.indices.compactMap { place in
      guard isBinary(place, ["-", "/", "//", "%"]), let start = operandStart(before: place),
        let end = operandEnd(from: place + 1)
      else { return nil }
      return swapping(start..<place, place + 1..<end)
    }
  }

  fileprivate func withSwappedArguments() -> [String] {
    tokens.indices.compactMap { place in
      guard text(place) == "(", place > 0, isSimple(place - 1), tokens[place - 1].kind == .word,
        let comma = operandEnd(from: place + 1), text(comma) == ",",
        let end = operandEnd(from: comma + 1), text(end) == "," || text(end) == ")"
      else { return nil }
      return swapping(place + 1..<comma, comma + 1..<end)
    }
  }

  private func swapping(_ left: Range<Int>, _ right: Range<Int>) -> String? {
    let (first, second) = (source(left), source(right))
    guard first != second else { return nil }
    return replacing([(byteRange(left), second), (byteRange(right), first)])
  }

  fileprivate func withoutOnes() -> [String] {
    tokens.indices.compactMap { place in
      guard isBinary(place, ["+", "-"]), text(place + 1) == "1", operandStart(before: place) != nil
      else { return nil }
      let start = tokens[place - 1].range.upperBound
      return replacing([(start..<tokens[place + 1].range.upperBound, "")])
    }
  }

  fileprivate func withShorterRanges() -> [String] {
    tokens.indices.compactMap { place in
      guard text(place) == "range", text(place + 1) == "(", let close = closing(place + 1),
        close > place + 2
      else { return nil }
      // The last argument but a step.
      var commas = (place + 2..<close).filter { text($0) == "," }
      if commas.count > 1 { return nil }
      let start = commas.popLast().map { $0 + 1 } ?? place + 2
      guard operandEnd(from: start) == close else { return nil }
      let end = tokens[close].range.lowerBound
      return replacing([(end..<end, " - 1")])
    }
  }

  fileprivate func replacingSpaced(_ others: [String: String]) -> [String] {
    tokens.compactMap { token in
      guard token.isSpaced, token.kind != .comment, token.kind != .text,
        let other = others[token.text]
      else { return nil }
      return replacing([(token.range, other)])
    }
  }

  fileprivate func withMovedDivisions() -> [String] {
    var found: [String] = []
    for place in tokens.indices where isBinary(place, ["/"]) {
      guard let end = operandEnd(from: place + 1) else { continue }
      let divisor = " / \(source(place + 1..<end))"
      let removed = tokens[place - 1].range.upperBound..<tokens[end - 1].range.upperBound
      let before = tokens[place - 1]
      if text(end) == ")", let open = opening(end), isSimple(open - 1), open + 1 < place,
        !(open + 1..<end).contains(where: { text($0) == "," })
      {
        // f(x / n) to f(x) / n.
        let after = tokens[end].range.upperBound
        found.append(replacing([(removed, ""), (after..<after, divisor)]))
      } else if before.text == ")", let open = opening(place - 1), open + 1 < place - 1 {
        let isCall = open > 0 && tokens[open - 1].range.upperBound == tokens[open].range.lowerBound
        let inside = open + 1..<place - 1
        if isCall && isSimple(open - 1)
          && !inside.contains(where: { text($0) == "," || text($0) == "=" })
        {
          // f(x) / n to f(x / n).
          let close = before.range
          found.append(replacing([(close.lowerBound..<close.lowerBound, divisor), (removed, "")]))
        } else if !isCall, inside.contains(where: { isBinary($0, ["+", "-"]) }) {
          // (a + b) / n to a + b / n.
          found.append(replacing([(tokens[open].range, ""), (before.range, "")]))
        }
      }
    }
    return found
  }

  private func opening(_ close: Int) -> Int? {
    tokens[..<close].indices.last { closing($0) == close }
  }

  fileprivate func withNegatedCondition() -> [String] {
    let keyword = text(0) == "}" && text(1) == "else" ? 2 : text(0) == "else" ? 1 : 0
    guard ["if", "while", "elif"].contains(text(keyword)), keyword + 1 < tokens.count else {
      return []
    }
    let start = keyword + 1
    if text(start) == "(", let close = closing(start), close > start + 1,
      close + 1 == tokens.count || text(close + 1) == "{"
    {
      let inside = start + 1..<close
      if text(start + 1) == "!", operandEnd(from: start + 2) == close {
        return [replacing([(tokens[start + 1].range, "")])]
      }
      return [replacing([(byteRange(inside), "!(\(source(inside)))")])]
    }
    guard text(tokens.count - 1) == ":" else { return [] }
    let condition = start..<tokens.count - 1
    guard !condition.isEmpty else { return [] }
    if text(start) == "not", operandEnd(from: start + 1) == condition.upperBound {
      let removed = tokens[start].range.lowerBound..<tokens[start + 1].range.lowerBound
      return [replacing([(removed, "")])]
    }
    let isSingle = operandEnd(from: start) == condition.upperBound
    let inside = source(condition)
    return [replacing([(byteRange(condition), isSingle ? "not \(inside)" : "not (\(inside))")])]
  }

  fileprivate func withMovedIndices() -> [String] {
    tokens.indices.compactMap { place in
      guard text(place) == "[", place > 0, let close = closing(place),
        tokens[place - 1].range.upperBound == tokens[place].range.lowerBound,
        isSimple(place - 1) || text(place - 1) == "]" || text(place - 1) == ")"
      else { return nil }
      let inside = place + 1..<close
      switch inside.count {
      case 1 where tokens[place + 1].kind == .number:
        guard let index = Int(text(place + 1)), index < .max else { return nil }
        return replacing([(byteRange(inside), "\(index + 1)")])
      case 1 where isSimple(place + 1):
        return replacing([(byteRange(inside), "\(text(place + 1)) + 1")])
      case 2 where text(place + 1) == "-":
        guard let index = Int(text(place + 2)), index < .max else { return nil }
        return replacing([(byteRange(inside), "-\(index + 1)")])
      default: return nil
      }
    }
  }

  fileprivate func withTurnedSigns() -> [String] {
    tokens.indices.compactMap { place in
      guard isBinary(place, ["+", "-"]), text(place + 1) != "1",
        operandStart(before: place) != nil, operandEnd(from: place + 1) != nil
      else { return nil }
      return replacing([(tokens[place].range, text(place) == "+" ? "-" : "+")])
    }
  }

  fileprivate func withSwappedExtrema() -> [String] {
    let others = [
      "min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "argmin": "argmax",
      "argmax": "argmin",
    ]
    return tokens.indices.compactMap { place in
      guard let other = others[text(place)], tokens[place].kind == .word, text(place + 1) == "("
      else { return nil }
      return replacing([(tokens[place].range, other)])
    }
  }
}
