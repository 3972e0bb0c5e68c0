import DataFiles
import Foundation

/// One of the two streams that a command writes to, unbuffered.
struct StandardStream: Sendable {
  static let output = StandardStream(descriptor: STDOUT_FILENO, name: "standard output")
  static let error = StandardStream(descriptor: STDERR_FILENO, name: "standard error")

  let descriptor: Int32
  let name: String

  /// Makes writing to a closed pipe an error of `write` instead of the end of the process.
  static func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
  }

  /// Writes a text as UTF-8.
  ///
  /// - Throws: `BrokenPipe` when nobody reads any more, otherwise a `StreamError`.
  func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { bytes in
      var written = 0
      while written < bytes.count {
        let rest = UnsafeBufferPointer(rebasing: bytes[written...])
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count >= 0 {
          written += count
        } else if errno == EPIPE {
          throw BrokenPipe()
        } else if errno != EINTR {
          throw StreamError(stream: name, code: errno)
        }
      }
    }
  }

  /// Writes a message in one line, which may be lost without harm. Names in it may come from files or
  /// command lines and hold anything; none of it reaches the terminal as a control character.
  func writeLine(_ message: String) {
    writeIfPossible(legible(message, limit: .max) + "\n")
  }

  /// Writes what may be lost without harm, such as a progress line.
  func writeIfPossible(_ text: String) {
    try? write(text)
  }
}

/// Nobody reads the stream any more.
struct BrokenPipe: Error {}

/// A standard stream could not be written.
struct StreamError: Error, CustomStringConvertible {
  let stream: String
  /// The value of `errno`.
  let code: Int32

  var description: String {
    "Cannot write to \(stream): \(String(cString: strerror(code)))."
  }
}
