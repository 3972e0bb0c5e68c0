import DataFiles
import Foundation

/// What runs that make records tell of their work, and what follows from it.
extension LockHolder {
  /// The notes of a run that begins now.
  ///
  /// - Parameter done: the records that an earlier process made.
  public static func notes(alreadyDone done: Int) -> [(name: String, value: String)] {
    [("started", ISO8601DateFormatter().string(from: Date())), ("before", "\(done)")]
  }

  /// Records a second since the process at work began, where `done` are there; nil where it has made none.
  ///
  /// - Parameter end: the moment in which so many were there.
  public func recordsPerSecond(done: Int, at end: Date = Date()) -> Double? {
    guard let start = notes["started"].flatMap({ ISO8601DateFormatter().date(from: $0) }),
      let before = notes["before"].flatMap({ Int($0) }), done > before
    else { return nil }
    return Double(done - before) / max(end.timeIntervalSince(start), 1)
  }
}
