/// A regular expression, parsed.
indirect enum PatternNode: Sendable {
  /// One scalar of a class.
  case set(ScalarSet)
  case sequence([PatternNode])
  /// The first alternative that leads to a match counts.
  case alternatives([PatternNode])
  case repetition(PatternNode, least: Int, most: Int?, Greed)
  /// `(?=…)` and `(?!…)`.
  case lookahead(PatternNode, isNegative: Bool)
  /// `(?>…)`: once matched, never matched otherwise.
  case atomic(PatternNode)

  enum Greed: Sendable {
    /// As many as possible, then fewer.
    case greedy
    /// As few as possible, then more.
    case lazy
    /// As many as possible and no fewer.
    case possessive
  }

  /// Whether it can match nothing.
  var canBeEmpty: Bool {
    switch self {
    case .set: false
    case .sequence(let nodes): nodes.allSatisfy(\.canBeEmpty)
    case .alternatives(let nodes): nodes.contains(where: \.canBeEmpty)
    case .repetition(let node, let least, _, _): least == 0 || node.canBeEmpty
    case .lookahead: true
    case .atomic(let node): node.canBeEmpty
    }
  }

  /// Whether it can match the same text in a number of ways that grows with its length.
  var isOpenEnded: Bool {
    switch self {
    case .set, .lookahead, .atomic: false
    case .sequence(let nodes), .alternatives(let nodes): nodes.contains(where: \.isOpenEnded)
    case .repetition(let node, _, let most, let greed):
      greed != .possessive && (most == nil || node.isOpenEnded)
    }
  }
}

/// What is wrong with a regular expression.
struct PatternError: Error, Equatable, CustomStringConvertible {
  /// The regular expression.
  let pattern: String
  /// Where in it, in characters from 0.
  let offset: Int
  /// What is wrong there, as the end of a sentence: "has no closing bracket".
  let problem: String

  var description: String {
    "the regular expression \(shortened(pattern)) \(problem) (character \(offset + 1))"
  }
}

/// Text in quotes, cut after some eighty characters.
func shortened(_ text: String, limit: Int = 80) -> String {
  let scalars = text.unicodeScalars
  let isLong = !scalars.dropFirst(limit).isEmpty
  let head = String(String.UnicodeScalarView(scalars.prefix(limit)))
  return "\"" + head.debugDescription.dropFirst().dropLast() + (isLong ? "…\"" : "\"")
}
