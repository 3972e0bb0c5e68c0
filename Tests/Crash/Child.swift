import Foundation

/// The program, running.
struct Child {
  let process = Process()
  private let errorFile: String

  /// Starts the program in a folder; what it complains of is kept beside that.
  init(_ program: String, _ words: [String], in folder: String) throws {
    errorFile = "\(folder)-errors-\(UUID().uuidString)"
    try Data().write(to: URL(fileURLWithPath: errorFile))
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = words
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    guard let errors = FileHandle(forWritingAtPath: errorFile) else {
      throw Problem("\(errorFile) cannot be written")
    }
    process.standardError = errors
    try process.run()
  }

  var isRunning: Bool { process.isRunning }
  var number: Int32 { process.processIdentifier }

  func signal(_ number: Int32) { Foundation.kill(process.processIdentifier, number) }

  /// How it ended. One that does not end by itself is ended after a minute.
  func end() -> Ending {
    for _ in 0..<60_000 where process.isRunning { usleep(1000) }
    let isHanging = process.isRunning
    if isHanging { signal(SIGKILL) }
    process.waitUntilExit()
    let errors = String(
      decoding: FileManager.default.contents(atPath: errorFile) ?? Data(), as: UTF8.self)
    unlink(errorFile)
    return Ending(
      code: process.terminationStatus,
      signal: process.terminationReason == .uncaughtSignal ? process.terminationStatus : nil,
      errors: errors.trimmingCharacters(in: .whitespacesAndNewlines), isHanging: isHanging)
  }
}

/// How a run of the program ended.
struct Ending {
  var code: Int32
  /// The signal that ended it, if one did.
  var signal: Int32?
  var errors: String
  var isHanging: Bool

  var isSuccess: Bool { signal == nil && code == 0 }
  /// Whether it failed as it should: with exit code 1 and one sentence.
  var isSentence: Bool { isSentence(1) }
  /// Whether it refused its command line, with exit code 2 and one sentence.
  var isUsage: Bool { isSentence(2) }
  private func isSentence(_ expected: Int32) -> Bool {
    signal == nil && code == expected && errors.hasPrefix("dilution: ") && errors.hasSuffix(".")
      && !errors.contains("\n")
  }
  var words: String {
    isHanging
      ? "hung" : signal.map { "ended by signal \($0)" } ?? "exit code \(code), said '\(errors)'"
  }
}
