import Foundation

/// Durations for people.
enum Clock {
  /// Hours, minutes and seconds.
  static func text(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e12).rounded())
    return String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
  }
}
