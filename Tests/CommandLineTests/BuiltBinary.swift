import Foundation
import TestSupport

/// The built `dilution`, run as its users run it.
enum BuiltBinary {
  /// What a run left behind.
  struct Outcome {
    var exitCode: Int32
    var output: String
    var errors: String
  }

  /// The executable, which the build puts beside the test bundle.
  static var url: URL {
    get throws {
      // On Linux the test bundle is itself the running program.
      let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      let url = bundle.deletingLastPathComponent().appendingPathComponent("dilution")
      guard FileManager.default.isExecutableFile(atPath: url.path) else {
        throw MissingBinary(path: url.path)
      }
      return url
    }
  }

  /// Runs the binary to its end.
  ///
  /// - Parameters:
  ///   - words: the arguments.
  ///   - environment: variables to add to this process's own.
  ///   - directory: the working directory; this process's own when nil.
  static func run(
    _ words: [String], environment: [String: String] = [:], in directory: URL? = nil
  ) throws -> Outcome {
    let process = try process(words, environment: environment, in: directory)
    // Files rather than pipes: no output is too long for them, whichever stream comes first.
    let folder = try TemporaryFolder()
    let output = folder.url.appendingPathComponent("output")
    let errors = folder.url.appendingPathComponent("errors")
    for file in [output, errors] {
      try Data().write(to: file)
    }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return Outcome(
      exitCode: process.terminationReason == .exit
        ? process.terminationStatus : -process.terminationStatus,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }

  /// Runs the binary on words that are separated by single spaces.
  static func run(_ line: String, in directory: URL? = nil) throws -> Outcome {
    try run(line.split(separator: " ").map(String.init), in: directory)
  }

  /// The binary, ready to be started with other streams; its input is empty.
  static func process(
    _ words: [String], environment: [String: String] = [:], in directory: URL? = nil
  ) throws -> Process {
    let process = Process()
    process.executableURL = try url
    process.arguments = words
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let directory { process.currentDirectoryURL = directory }
    process.standardInput = FileHandle.nullDevice
    return process
  }
}

struct MissingBinary: Error, CustomStringConvertible {
  let path: String

  var description: String { "\(path) is missing: build it with 'swift build -c release'" }
}
