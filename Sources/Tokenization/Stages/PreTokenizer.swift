/// A step that parts text into the words that a model encodes one by one.
enum PreTokenizer: Sendable {
  /// Parts at the matches of a pattern, as a behaviour says.
  case split(SplitPattern, SplitBehavior, isInverted: Bool)
  /// A space before every word that starts with none.
  case prefixSpace
  /// Spaces as another character, which stands also before the first word where there is a scheme.
  /// Words start at the matches of the pattern, if there is one.
  case metaspace(replacement: String, scheme: PrependScheme, pattern: SplitPattern?)

  /// Which pieces get a `metaspace` of their own at their beginning.
  enum PrependScheme: String, CaseIterable, Sendable {
    case always
    /// The piece that the text starts with.
    case first
    case never
  }
}

/// What becomes of the matches of a pattern that parts text.
enum SplitBehavior: String, CaseIterable, Sendable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  case contiguous = "Contiguous"
}

/// A stretch of text with the words that it has been parted into.
struct PartedText {
  var text: AlignedText
  var words: [Range<Int>]

  init(_ text: AlignedText) {
    self.text = text
    words = text.range.isEmpty ? [] : [text.range]
  }

  mutating func apply(_ step: PreTokenizer) {
    switch step {
    case .split(let pattern, let behavior, let isInverted):
      split(pattern, behavior, isInverted)
    case .prefixSpace:
      prepend(" ") { bytes, word in bytes[word.lowerBound] != UInt8(ascii: " ") }
    case .metaspace(let replacement, let scheme, let pattern):
      replaceSpaces(by: replacement)
      let mark = Array(replacement.utf8)
      if scheme != .never {
        let text = text
        prepend(replacement) { bytes, word in
          let isMeant = scheme == .always || text.source(of: word).lowerBound == 0
          return isMeant && !bytes[word].starts(with: mark)
        }
      }
      if let pattern { split(pattern, .mergedWithNext, false) }
    }
  }

  private mutating func split(
    _ pattern: SplitPattern, _ behavior: SplitBehavior, _ isInverted: Bool
  ) {
    var parted: [Range<Int>] = []
    parted.reserveCapacity(text.range.count / 4)
    for word in words {
      var done = word.lowerBound
      var pieces = Pieces(behavior, isInverted)
      pattern.forEachMatch(in: text.bytes, word) { match in
        if match.lowerBound > done {
          pieces.append(done..<match.lowerBound, isMatch: false, &parted)
        }
        pieces.append(match, isMatch: true, &parted)
        done = match.upperBound
      }
      if done < word.upperBound { pieces.append(done..<word.upperBound, isMatch: false, &parted) }
      pieces.finish(&parted)
    }
    words = parted
  }

  /// Text before each word for which a condition holds.
  private mutating func prepend(_ prefix: String, where isMeant: ([UInt8], Range<Int>) -> Bool) {
    let meant = words.map { isMeant(text.bytes, $0) }
    guard meant.contains(true) else { return }
    rewrite { rewriting, number, word in
      if meant[number] { rewriting.replace(word.lowerBound..<word.lowerBound, by: prefix.utf8) }
    }
  }

  private mutating func replaceSpaces(by replacement: String) {
    let bytes = text.bytes
    rewrite { rewriting, _, word in
      for place in word where bytes[place] == UInt8(ascii: " ") {
        rewriting.replace(place..<place + 1, by: replacement.utf8)
      }
    }
  }

  /// Writes each word anew as far as `body` replaces something; what is between words is left out.
  private mutating func rewrite(
    _ body: (inout Rewriting, _ number: Int, _ word: Range<Int>) -> Void
  ) {
    var rewriting = Rewriting(of: text)
    var rewritten: [Range<Int>] = []
    for (number, word) in words.enumerated() {
      if word.lowerBound > rewriting.done {
        rewriting.replace(rewriting.done..<word.lowerBound, by: [])
      }
      let start = rewriting.bytes.count
      body(&rewriting, number, word)
      rewriting.copy(to: word.upperBound)
      rewritten.append(start..<rewriting.bytes.count)
    }
    text.rewrite(as: rewriting)
    words = rewritten
  }
}

/// The pieces of one word, put together as a behaviour says.
private struct Pieces {
  let behavior: SplitBehavior
  let isInverted: Bool
  private var last: (range: Range<Int>, isMatch: Bool)?

  init(_ behavior: SplitBehavior, _ isInverted: Bool) {
    self.behavior = behavior
    self.isInverted = isInverted
  }

  mutating func append(_ range: Range<Int>, isMatch: Bool, _ parted: inout [Range<Int>]) {
    let isMatch = isMatch != isInverted
    switch behavior {
    case .isolated: parted.append(range)
    case .removed:
      if !isMatch { parted.append(range) }
    case .contiguous, .mergedWithPrevious, .mergedWithNext:
      guard let before = last else {
        last = (range, isMatch)
        return
      }
      let isJoined =
        switch behavior {
        case .contiguous: before.isMatch == isMatch
        case .mergedWithPrevious: isMatch && !before.isMatch
        default: before.isMatch && !isMatch
        }
      if isJoined {
        last = (before.range.lowerBound..<range.upperBound, isMatch)
      } else {
        parted.append(before.range)
        last = (range, isMatch)
      }
    }
  }

  mutating func finish(_ parted: inout [Range<Int>]) {
    if let last { parted.append(last.range) }
  }
}
