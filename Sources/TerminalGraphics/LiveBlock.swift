/// Lines at the end of a terminal that are drawn over again and again.
public struct LiveBlock: Sendable {
  /// How many lines stand there.
  public private(set) var height = 0

  public init() {}

  /// What to send so that the block shows other lines: the cursor goes to the block's first line,
  /// every line is written over, and what is left of a higher block goes.
  ///
  /// Each line must be shorter than the terminal is wide. The cursor stays in the last line.
  public mutating func show(_ lines: [String]) -> String {
    var text = height == 0 ? "\u{1B}[?25l" : home
    text += lines.map { "\($0)\u{1B}[K" }.joined(separator: "\n")
    if lines.count < height { text += "\n\u{1B}[J\u{1B}[A" }
    height = lines.count
    return text
  }

  /// What to send to take the block off and to show the cursor again.
  public mutating func clear() -> String {
    guard height > 0 else { return "" }
    defer { height = 0 }
    return "\(home)\u{1B}[J\u{1B}[?25h"
  }

  private var home: String { height > 1 ? "\r\u{1B}[\(height - 1)A" : "\r" }

  /// A line cut so that it is shorter than a terminal is wide.
  public static func fitted(_ line: String, columns: Int) -> String {
    String(line.prefix(max(columns - 1, 1)))
  }
}
