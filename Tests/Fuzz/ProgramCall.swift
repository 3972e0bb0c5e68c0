import Foundation

/// One call of the built program, and how it ended.
struct ProgramCall {
  /// Nil where a signal ended it.
  let code: Int32?
  let errors: String
  let seconds: Double
  /// Whether it took longer than it might.
  let wasStopped: Bool

  /// Calls the program and waits for its end.
  ///
  /// - Parameter patience: seconds after which it is killed.
  init(_ program: String, _ words: [String], in folder: String, patience: Double) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = words
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    // The report of a trap is long to make, and says no more than its signal.
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["SWIFT_BACKTRACE": "enable=no"], uniquingKeysWith: { $1 })
    let path = "\(folder)-errors"
    FileManager.default.createFile(atPath: path, contents: nil)
    process.standardError = FileHandle(forWritingAtPath: path)
    let start = Date()
    try process.run()
    let end = start + patience
    while process.isRunning && Date() < end { usleep(500) }
    wasStopped = process.isRunning
    if wasStopped { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    seconds = Date().timeIntervalSince(start)
    code = process.terminationReason == .exit ? process.terminationStatus : nil
    errors = String(
      decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }

  /// The beginning of what it said of its end, in one line.
  var said: String {
    String(errors.prefix(300)).split(separator: "\n").joined(separator: " ")
  }

  /// What is wrong with how it ended: it must be with exit code 0, 1 or 2, and with one sentence where that
  /// is not 0.
  var defect: String? {
    if wasStopped { return "did not end" }
    guard let code else { return "ended by a signal, said: \(said)" }
    if code == 0 { return nil }
    guard code == 1 || code == 2 else { return "exit code \(code)" }
    let sentences = errors.split(separator: "\n").filter { $0.hasPrefix("dilution: ") }
    guard sentences.count == 1, let sentence = sentences.first, sentence.hasSuffix(".") else {
      return "exit code \(code), said: \(said)"
    }
    if sentence.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      return "said control characters"
    }
    return sentence.count > 1500 ? "said \(sentence.count) characters" : nil
  }
}
