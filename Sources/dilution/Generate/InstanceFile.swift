import DataFiles
import Experiments
import Foundation
import Prompts
import SandboxTasks
import Synchronization
import TensorKernels

/// A file of instances of one task at one size, as it is or is to be.
struct InstanceFile: Encodable {
  let path: String
  let task: String
  /// The size of each instance, in tokens or in lines.
  var length: Int?
  var lines: Int?
  let seed: UInt64
  let split: String
  let count: Int
  /// Whether it stood there already.
  var kept = false
  /// An instance as a line of the file, by its number.
  let make: @Sendable (Int) throws -> [UInt8]
  /// What is wrong with a text that was read back; nil where nothing is.
  let defect: @Sendable (TextPrompt) -> String?

  private enum CodingKeys: String, CodingKey {
    case path, task, length, lines, count, seed, split, kept
  }

  /// What the file holds, in words.
  var description: String {
    "\(path): \(count) \(count == 1 ? "instance" : "instances") of "
      + (lines.map { "\($0) lines" } ?? "\(length ?? 0) tokens") + (kept ? ", kept" : "")
  }

  /// Makes the instances and writes them.
  ///
  /// - Throws: `FileSystemError`, what `make` throws, or `Interrupted` after a signal; nothing is left
  ///   of the file then.
  func write(_ workers: Workers, _ progress: ProgressReporter) throws {
    let file = Mutex(try AtomicFileWriter(path))
    let delivery = OrderedDelivery<[UInt8]>()
    try WorkQueue.run(count, by: workers) {
      ()
    } working: { index, _, _ in
      try Interruption.check()
      try delivery.put(make(index), at: index) { line in try file.withLock { try $0.write(line) } }
      progress.advance()
    }
    try file.withLock { try $0.commit() }
  }

  /// Whether the file stands there already with exactly these instances.
  ///
  /// Since a file appears only when it is complete, and every line holds its settings and its number,
  /// it is enough to compare the first and the last line and the number of lines.
  ///
  /// - Throws: `OtherContents` when something else stands there.
  func isComplete() throws -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    // A pipe or device holds nothing and takes what comes.
    guard [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return false }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileSystemError.notAFile(path: path) }
    let found = try LineSummary(path)
    guard found.count == count, try found.first == make(0), try found.last == make(count - 1) else {
      throw OtherContents(path: path)
    }
    return true
  }

  /// Reads every line back, and holds it against what is made now and against its task.
  ///
  /// - Throws: `JSONError` for tokens, spans and text that do not agree, `WrongLine` for anything else.
  func check(_ progress: ProgressReporter) throws {
    var index = 0
    try JSONLines.forEach(path) { line, value in
      try Interruption.check()
      let isText = value["input"] != nil
      let prompt = isText ? try TextPrompt(value, file: path) : nil
      let again =
        try prompt?.line() ?? TaskInstance(value, file: path).line()
      if let defect = prompt.flatMap(defect) {
        throw WrongLine(path: path, line: line, defect: defect)
      }
      guard index < count, try again == make(index) else {
        throw WrongLine(
          path: path, line: line,
          defect:
            "it is not instance \(index) of these settings, seed and split: write it anew with --force"
        )
      }
      index += 1
      progress.advance()
    }
  }
}

/// A line of a file that is not what it should be.
struct WrongLine: Error, CustomStringConvertible {
  let path: String
  let line: Int
  let defect: String

  var description: String { "\(path):\(line): \(defect)." }
}

/// A file that would be lost.
struct OtherContents: Error, CustomStringConvertible {
  let path: String

  var description: String {
    "\(path) holds other instances than these: name another --out, or replace it with --force."
  }
}

/// The ends of a file of lines, and how many there are.
private struct LineSummary {
  var first: [UInt8]
  var last: [UInt8]
  var count: Int

  init(_ path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    let newline = UInt8(ascii: "\n")
    (first, last, count) = data.withUnsafeBytes { bytes in
      let firstEnd = bytes.firstIndex(of: newline).map { $0 + 1 } ?? bytes.endIndex
      let lastStart = bytes.dropLast().lastIndex(of: newline).map { $0 + 1 } ?? 0
      return (
        Array(bytes[..<firstEnd]), Array(bytes[lastStart...]),
        bytes.reduce(0) { $0 + ($1 == newline ? 1 : 0) }
      )
    }
  }
}
