import Foundation

/// A terminal behind a standard stream.
struct Terminal: Sendable {
  private let descriptor: Int32

  /// The terminal that a stream leads to; nil for a file, a pipe, or a terminal that cannot move
  /// its cursor.
  init?(_ stream: StandardStream) {
    guard isatty(stream.descriptor) == 1 else { return nil }
    guard ProcessInfo.processInfo.environment["TERM"] != "dumb" else { return nil }
    descriptor = stream.descriptor
  }

  /// The present width and height in characters.
  var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else { return (80, 24) }
    return (size.ws_col > 0 ? Int(size.ws_col) : 80, size.ws_row > 0 ? Int(size.ws_row) : 24)
  }

  /// Whether only ASCII can be shown, going by the locale of the environment.
  var isPlain: Bool {
    let environment = ProcessInfo.processInfo.environment
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
    let name = (locale ?? "").lowercased()
    return !name.contains("utf-8") && !name.contains("utf8")
  }

  /// Whether colour is wanted (see no-color.org).
  var usesColor: Bool {
    ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty
  }
}
