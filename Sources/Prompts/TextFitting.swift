import Tokenization

/// Fits tasks to exact numbers of tokens under a tokenizer.
///
/// The largest haystack that does not exceed the length is found by interpolation inside a bracket
/// that shrinks like a bisection's, so a text of n units takes O(log n) renderings; padding, where the
/// task takes any, fills up what one more unit would exceed. What comes out was counted as a whole and
/// is never too long.
public struct TextFitting: Sendable {
  /// The tokenizer.
  public let encoder: any TextEncoder
  /// What stands around the prompt; its tokens count.
  public let frame: PromptFrame

  public init(_ encoder: any TextEncoder, frame: PromptFrame = .plain) {
    self.encoder = encoder
    self.frame = frame
  }

  /// The item with the largest haystack that fits, padded up to the length where possible.
  ///
  /// - Parameter length: the number of tokens of all that the model reads.
  /// - Throws: `TextFittingError` when the smallest text is too long, or the largest one is shorter
  ///   than what padding may make up for.
  public func fit(
    _ task: any TextTask, length: Int
  ) throws(TextFittingError) -> FittedText {
    var attempts = Attempts(task: task, fitting: self, length: length)
    let sizes = task.sizes
    let least = attempts.count(size: sizes.lowerBound)
    guard least <= length else { throw .tooShort(length: length, least: least) }
    let size = attempts.largestSize()
    if size == sizes.upperBound, length - attempts.count(size: size) > Self.paddingLimit {
      throw .haystackTooSmall(length: length, most: attempts.count(size: size))
    }
    return attempts.padded(size: size)
  }

  /// The most tokens that padding stands in for when a haystack has no more units.
  public static let paddingLimit = 256
}

/// Lengths that a task cannot have under a tokenizer.
public enum TextFittingError: Error, Equatable {
  /// The smallest text has more tokens than were asked for.
  case tooShort(length: Int, least: Int)
  /// The largest text has by far fewer tokens than were asked for.
  case haystackTooSmall(length: Int, most: Int)
}

extension TextFittingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooShort(let length, let least):
      "a text of \(length) tokens is too short for this task: the least possible length is \(least)"
    case .haystackTooSmall(let length, let most):
      "the haystack has not enough text for \(length) tokens: the greatest possible length is "
        + "\(most)"
    }
  }
}

/// The renderings of one task on the way to a length.
private struct Attempts {
  let task: any TextTask
  let fitting: TextFitting
  let length: Int
  private var counts: [Int: Int] = [:]

  init(task: any TextTask, fitting: TextFitting, length: Int) {
    (self.task, self.fitting, self.length) = (task, fitting, length)
  }

  /// The number of tokens with a haystack of a size.
  mutating func count(size: Int) -> Int {
    if let known = counts[size] { return known }
    let count = count(size: size, padding: "")
    counts[size] = count
    return count
  }

  private func count(size: Int, padding: String) -> Int {
    FittedText.encode(
      task.item(size: size, padding: padding), fitting.frame, fitting.encoder
    ).count
  }

  /// The largest size found to fit, next to one that does not; the smallest size must fit.
  mutating func largestSize() -> Int {
    let sizes = task.sizes
    return Bracket.largest(in: sizes, limit: length, firstStep: 16) { size in
      count(size: size)
    }
  }

  /// The item at the exact length, or as near to it as can be.
  ///
  /// Where the room left over is smaller than the smallest padding, a unit of haystack gives way.
  mutating func padded(size: Int) -> FittedText {
    let whole = fitted(size: size, padding: "")
    guard task.takesPadding, whole.missing > 0 else { return whole }
    var best = whole
    for size in stride(from: size, through: max(task.sizes.lowerBound, size - 2), by: -1) {
      let padded = fitted(size: size, padding: padding(size: size))
      if padded.missing < best.missing { best = padded }
      if best.missing == 0 { break }
    }
    return best
  }

  private func fitted(size: Int, padding: String) -> FittedText {
    FittedText(
      task.item(size: size, padding: padding), size: size, frame: fitting.frame,
      encoder: fitting.encoder, length: length)
  }

  /// Words that bring a size to the exact length, or as near to it as words can.
  mutating func padding(size: Int) -> String {
    let room = length - count(size: size)
    guard room > 0 else { return "" }
    let most = Bracket.largest(in: 0...2 * room, limit: length, firstStep: room) { words in
      count(size: size, padding: Padding.words(words))
    }
    // Words that are more than a token, or the first one's separator, may leave a little over.
    for words in stride(from: most, through: max(0, most - 2), by: -1) {
      for ending in Padding.endings {
        let text = Padding.words(words, ending: ending)
        if count(size: size, padding: text) == length { return text }
      }
    }
    return Padding.words(most)
  }
}

/// Words that mean nothing.
enum Padding {
  private static let cycle = ["well", "so", "then", "now", "also", "still", "again", "yet"]

  /// What may come last in place of nothing, with different numbers of tokens under most tokenizers.
  static let endings = [
    "", "so", "a", "x", "and so on", "so it is", "anyhow", "nonetheless", "xyz",
  ]

  static func words(_ count: Int, ending: String = "") -> String {
    var words = (0..<count).map { cycle[$0 % cycle.count] }
    if !ending.isEmpty { words.append(ending) }
    return words.joined(separator: " ")
  }
}

/// The search for the largest argument whose value stays within a limit.
enum Bracket {
  /// The largest argument found whose value is at most `limit`, where the next one's is not or is out
  /// of the range; the first one's must be.
  ///
  /// The value should grow with its argument, by about as much everywhere; every third step halves
  /// the bracket, whatever the function.
  ///
  /// - Complexity: O(log n) calls of `value`; four or so for an even function.
  static func largest(
    in range: ClosedRange<Int>, limit: Int, firstStep: Int, value: (Int) -> Int
  ) -> Int {
    var (low, lowValue) = (range.lowerBound, value(range.lowerBound))
    var (high, highValue): (Int, Int?) = (range.upperBound + 1, nil)
    var step = max(1, firstStep)
    var slope = 0.0
    var turn = 0
    while high - low > 1 {
      turn += 1
      var guess = low + step
      if highValue != nil, turn % 3 == 0 {
        guess = low + (high - low) / 2
      } else if slope > 0 {
        // One beyond where the line says, so that the next answer closes the bracket.
        let ahead = Double(limit - lowValue) / slope
        guess = low + (ahead < Double(high - low) ? Int(ahead) + 1 : high - low)
      }
      guess = min(max(guess, low + 1), high - 1)
      let found = value(guess)
      if found != lowValue {
        slope = Double(found - lowValue) / Double(guess - low)
      }
      if found <= limit {
        (low, lowValue) = (guess, found)
        step = step > Int.max / 2 ? step : 2 * step
      } else {
        (high, highValue) = (guess, found)
        slope = Double(found - lowValue) / Double(guess - low)
      }
    }
    return low
  }
}
