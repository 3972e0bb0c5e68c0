/// Which bytes of a source each byte of a rewritten text comes from.
///
/// Only the rewritten stretches are listed; between them bytes were copied one by one.
struct Alignment: Sendable {
  /// A stretch of text that stands for a stretch of the source; either may be empty.
  struct Edit: Sendable {
    var text: Range<Int>
    var source: Range<Int>
  }

  private(set) var edits: [Edit]

  /// Text that starts as a copy of the source from an offset on.
  init(from source: Int) {
    edits = [Edit(text: 0..<0, source: source..<source)]
  }

  mutating func append(_ edit: Edit) { edits.append(edit) }

  /// The bytes of the source from which a range of the text comes; all of a stretch's source where the
  /// range holds any of it.
  func source(of range: Range<Int>) -> Range<Int> {
    let low = edit(at: range.lowerBound)
    let start =
      low.text.contains(range.lowerBound)
      ? low.source.lowerBound : low.source.upperBound + range.lowerBound - low.text.upperBound
    guard !range.isEmpty else { return start..<start }
    let high = edit(at: range.upperBound - 1)
    let end =
      high.text.contains(range.upperBound - 1)
      ? high.source.upperBound : high.source.upperBound + range.upperBound - high.text.upperBound
    return start..<max(start, end)
  }

  /// The last edit that starts at or before a byte and, where several do, is not empty if one is not.
  private func edit(at offset: Int) -> Edit {
    var (low, high) = (0, edits.count)
    while low < high {
      let middle = low + (high - low) / 2
      if edits[middle].text.lowerBound > offset { high = middle } else { low = middle + 1 }
    }
    return edits[max(0, low - 1)]
  }
}

/// A stretch of text between normalization and tokens, with its alignment to the text that was given.
struct AlignedText {
  /// Valid UTF-8, of which `range` is meant.
  var bytes: [UInt8]
  var range: Range<Int>
  /// The rewritings so far, the first one first; none when `bytes` is the text that was given.
  private var alignments: [Alignment] = []

  /// A stretch of a text, or all of it.
  init(_ bytes: [UInt8], _ range: Range<Int>? = nil) {
    self.bytes = bytes
    self.range = range ?? bytes.indices
  }

  /// The bytes of the given text that a range comes from.
  func source(of range: Range<Int>) -> Range<Int> {
    alignments.reversed().reduce(range) { $1.source(of: $0) }
  }

  /// Takes the place of the text by a rewriting of it, which goes on with what is left of it; keeps the
  /// text where that replaced nothing.
  mutating func rewrite(as rewriting: Rewriting) {
    guard rewriting.done > range.lowerBound || !rewriting.bytes.isEmpty else { return }
    var rewriting = rewriting
    rewriting.copy(to: range.upperBound)
    bytes = rewriting.bytes
    range = bytes.indices
    alignments.append(rewriting.alignment)
  }
}

/// A text that is being written anew from a source.
struct Rewriting {
  private(set) var bytes: [UInt8] = []
  private(set) var alignment: Alignment
  private let source: [UInt8]
  /// Up to where the source has been copied or replaced.
  private(set) var done: Int

  init(of text: AlignedText) {
    source = text.bytes
    done = text.range.lowerBound
    alignment = Alignment(from: done)
  }

  /// Copies the source up to a place.
  mutating func copy(to place: Int) {
    bytes.append(contentsOf: source[done..<place])
    done = place
  }

  /// Copies the source up to a range, and writes something in place of that.
  mutating func replace(_ range: Range<Int>, by new: some Collection<UInt8>) {
    copy(to: range.lowerBound)
    let start = bytes.count
    bytes.append(contentsOf: new)
    done = range.upperBound
    alignment.append(.init(text: start..<bytes.count, source: range))
  }
}
