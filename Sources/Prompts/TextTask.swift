import DataFiles

/// One item of a task as text, with a haystack of any size.
///
/// The item is made of everything but the size: its question, its answer and its needles are the same
/// at every size, and a smaller haystack's units are a subsequence of a larger one's. So an item can
/// be fitted to a number of tokens under any tokenizer, and lengths compare pairwise.
public protocol TextTask: Sendable {
  /// The sizes that can be rendered, in units of haystack: facts, operations, lines.
  ///
  /// The text grows with the size. The lower bound holds the needles and little more; the upper one is
  /// what the haystack has.
  var sizes: ClosedRange<Int> { get }

  /// Whether `item` takes padding, by which a text is brought to its exact length; so it is unless a
  /// task says otherwise.
  var takesPadding: Bool { get }

  /// The item with a haystack of a size.
  ///
  /// - Parameters:
  ///   - size: one of `sizes`.
  ///   - padding: words that mean nothing, separated by single spaces, which the task puts where they
  ///     disturb nothing (a comment, a sentence of its own); empty unless `takesPadding`.
  /// - Complexity: linear in the text.
  func item(size: Int, padding: String) -> TextItem

  /// What the item of a size is made of: what its line in a file records.
  func source(size: Int) -> JSONValue
}

extension TextTask {
  public var takesPadding: Bool { true }

  /// The item with a haystack of a size and without padding.
  public func item(size: Int) -> TextItem { item(size: size, padding: "") }
}
