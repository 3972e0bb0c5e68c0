extension TransactionLogText: TextTask {
  /// In operations.
  public var sizes: ClosedRange<Int> { leastLines...Self.lineLimit }
  /// Padding becomes a line of remarks before the first operation.
  public var takesPadding: Bool { true }

  public func item(size: Int, padding: String) -> TextItem { item(lines: size, note: padding) }
}

extension CodeBugText: TextTask {
  /// In lines of code.
  public var sizes: ClosedRange<Int> { leastLines...(mostLines ?? Self.syntheticLimit) }
  /// Padding becomes a comment before the first file.
  public var takesPadding: Bool { true }

  public func item(size: Int, padding: String) -> TextItem { item(lines: size, note: padding) }

  /// The most lines of code that is made from templates.
  public static let syntheticLimit = 10_000_000
}
