import DataFiles
import Foundation

/// What a run is doing.
public enum RunState: String, Encodable, Sendable {
  case running, stopped, finished
}

/// Who is at work on a run, how fast, and for how long, as the holder of its lock notes.
public struct RunPace: Sendable {
  public let state: RunState
  public let process: Int?
  public let host: String?
  /// Records a second since the process at work began; nil where nobody is.
  public let rate: Double?
  public let secondsLeft: Double?

  /// The pace of a run of which `done` of `total` records are there.
  ///
  /// - Parameter end: the moment in which so many were there.
  public init(
    _ holder: LockHolder?, done: Int?, total: Int?, isFinished: Bool, at end: Date = Date()
  ) {
    state = holder != nil ? .running : isFinished ? .finished : .stopped
    process = holder.map { Int($0.process) }
    host = holder?.host
    let rate = done.flatMap { holder?.recordsPerSecond(done: $0, at: end) }
    self.rate = rate
    secondsLeft = rate.flatMap { rate in
      total.map { Double(max($0 - (done ?? 0), 0)) / rate }
    }
  }

  /// The pace for people, in lines behind the first.
  ///
  /// - Parameters:
  ///   - unit: what the rate counts, in the plural.
  ///   - stop: when and where a run stopped that is not finished.
  ///   - command: what goes on then; nil where that is not known.
  public func lines(unit: String, stop: String, command: String?) -> [String] {
    switch state {
    case .finished: return ["  finished"]
    case .running:
      var words = ["  running"]
      if let process { words.append("process \(process)" + (host.map { " on host \($0)" } ?? "")) }
      if let rate { words.append(String(format: "%.2f ", rate) + unit + "/s") }
      if let secondsLeft { words.append("\(DurationText.clock(secondsLeft)) left") }
      return [words.joined(separator: ", ")]
    case .stopped:
      return ["  stopped" + stop] + (command.map { ["  start again with: \($0)"] } ?? [])
    }
  }

  /// A moment in universal time.
  public static func text(_ date: Date) -> String { ISO8601DateFormatter().string(from: date) }
}

/// What runs that make records note of their work, and what follows from it.
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
