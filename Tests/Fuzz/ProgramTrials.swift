import Foundation
import Randomness

/// Bad command lines for the built program itself, which must answer each with its exit code and, if that
/// is not 0, one sentence.
struct ProgramTrials {
  let program: String
  let seed: UInt64
  let count: Int
  let folder: String

  private static let name = "the program itself"
  private static let patience = 60.0

  private static let known = [
    "generate", "train", "probe", "sweep", "stats", "merge", "plot", "dilution-curve", "theory",
    "flops", "doctor", "think", "score", "report", "status", "forward", "gradients", "adapt",
    "help",
    "--help", "--version", "--task", "key-value", "--length", "64", "--count", "2", "--seed", "7",
    "--out", "out", "--force", "--json", "--quiet", "--model", "missing", "--tasks", "bad.jsonl",
    "--steps", "--span-length", "--learning-rate", "1e-3", "--threads", "1", "--adapt", "qttt",
    "bad.json5", "bad.csv", ".", "/dev/null", "", "-", "--", "--format", "text", "--kv-precision",
    "--dry-run", "--shard", "2/1", "--every", "--profile", "0,1", "--part", "nowhere",
  ]

  func run() throws -> Row {
    var row = Row(reader: Self.name, inputs: count)
    for number in 0..<count {
      let stream = Worker.stream(Self.name, seed, number)
      var mutator = Mutator(stream, samples: [[0x61]])
      let words = mutator.words(among: Self.known)
      let place = "\(folder)/trial"
      try? FileManager.default.removeItem(atPath: place)
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      for name in ["bad.jsonl", "bad.json5", "bad.csv"] {
        try Data("{\"a\": [1, 2".utf8).write(to: URL(fileURLWithPath: "\(place)/\(name)"))
      }
      let start = Date()
      let (code, errors) = try call(words, in: place)
      let seconds = Date().timeIntervalSince(start)
      if seconds > row.slowest.seconds { row.slowest = (seconds, number) }
      if code == 0 { row.accepted += 1 } else { row.refused += 1 }
      // Without any word the help screen is what one wants.
      if !words.isEmpty, let defect = Self.defect(code, errors) {
        row.failures.append("\(Self.name), input \(number), \(words): \(defect)")
      }
    }
    return row
  }

  private func call(_ words: [String], in folder: String) throws -> (code: Int32?, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = words
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let errors = "\(folder)-errors"
    FileManager.default.createFile(atPath: errors, contents: nil)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    let end = Date() + Self.patience
    while process.isRunning && Date() < end { usleep(500) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    let text = String(
      decoding: FileManager.default.contents(atPath: errors) ?? Data(), as: UTF8.self)
    return (process.terminationReason == .exit ? process.terminationStatus : nil, text)
  }

  private static func defect(_ code: Int32?, _ errors: String) -> String? {
    guard let code else { return "ended by a signal, or did not end" }
    if code == 0 { return nil }
    guard code == 1 || code == 2 else { return "exit code \(code)" }
    let sentences = errors.split(separator: "\n").filter { $0.hasPrefix("dilution: ") }
    guard sentences.count == 1, let sentence = sentences.first, sentence.hasSuffix(".") else {
      return "exit code \(code), said: \(errors.prefix(300))"
    }
    return nil
  }
}
