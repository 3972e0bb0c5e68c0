/// Who watches how a run goes on, and may end it.
public protocol RunObserver: Sendable {
  /// Work begins.
  ///
  /// - Parameters:
  ///   - total: how many records there are to be.
  ///   - done: how many an earlier process made.
  ///   - records: the file from which the work goes on when it is cut short.
  func begin(total: Int, done: Int, records: String)
  /// A record is made.
  func advance()
  /// All are.
  func finish()
  /// Something to know, in a sentence.
  func note(_ sentence: String)
  /// Called often and on any thread: what it throws ends the work.
  func check() throws
}

/// Nobody.
public struct SilentObserver: RunObserver {
  public init() {}
  public func begin(total: Int, done: Int, records: String) {}
  public func advance() {}
  public func finish() {}
  public func note(_ sentence: String) {}
  public func check() throws {}
}
