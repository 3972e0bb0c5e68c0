import Foundation

/// A terminal that the test holds the other end of.
enum PseudoTerminal {
  /// Runs the binary with its standard error on a terminal, and returns what that was sent.
  static func errors(
    of words: [String], environment: [String: String] = [:], columns: UInt16 = 80
  ) throws -> (exitCode: Int32, text: String) {
    var master: Int32 = -1
    var slave: Int32 = -1
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&master, &slave, nil, nil, &size) == 0 else { throw NoTerminal() }
    defer { close(master) }
    // Processes that other tests start meanwhile must not hold it open.
    for end in [master, slave] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }

    let process = try BuiltBinary.process(words, environment: environment)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(fileDescriptor: slave, closeOnDealloc: false)
    try process.run()
    // Once the child alone holds the terminal, its end is the end of the text.
    close(slave)
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(master, &buffer, buffer.count)
      guard count > 0 else { break }
      text += buffer[..<count]
    }
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }
}

struct NoTerminal: Error {}
