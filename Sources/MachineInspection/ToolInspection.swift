import Foundation

/// Asks for the tools and packages that building and testing need.
enum ToolInspection {
  static func all() -> [MachineReport.Tool] {
    [
      MachineReport.Tool(
        name: "swift", purpose: "builds the lab", version: swiftVersion,
        installation: "see https://www.swift.org/install/linux/"),
      MachineReport.Tool(
        name: "make", purpose: "runs the lab's own commands",
        version: output(["make", "--version"]).flatMap(lastWordOfFirstLine),
        installation: "sudo apt-get install -y make"),
      MachineReport.Tool(
        name: "pkg-config", purpose: "finds the libraries when building",
        version: output(["pkg-config", "--version"]).flatMap(lastWordOfFirstLine),
        installation: "sudo apt-get install -y pkg-config"),
      package("openblas", debian: "libopenblas-dev"),
      package("cairo", debian: "libcairo2-dev"),
    ]
  }

  private static func package(_ name: String, debian: String) -> MachineReport.Tool {
    MachineReport.Tool(
      name: debian, purpose: "headers of a library, needed when building",
      version: output(["pkg-config", "--modversion", name]).flatMap(lastWordOfFirstLine),
      installation: "sudo apt-get install -y \(debian)")
  }

  /// The version of the compiler on the search path, such as "6.3.1".
  private static var swiftVersion: String? {
    guard let text = output(["swift", "--version"]) else { return nil }
    let words = text.split(whereSeparator: \.isWhitespace)
    guard let place = words.firstIndex(of: "version"), place + 1 < words.endIndex else {
      return nil
    }
    return String(words[place + 1])
  }

  private static func lastWordOfFirstLine(_ text: String) -> String? {
    text.split(separator: "\n").first?.split(separator: " ").last.map(String.init)
  }

  /// What a program prints, one on the search path or named by its path; nil when it is missing or
  /// fails.
  static func output(_ words: [String], environment: [String: String] = [:]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let pipe = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
      let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
    } catch {
      return nil
    }
  }
}
