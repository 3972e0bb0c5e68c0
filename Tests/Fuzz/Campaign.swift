import Foundation

/// All inputs of one reader: works through them in processes of its own, and starts another one behind
/// the input of which a process died.
struct Campaign {
  let reader: Reader
  let seed: UInt64
  let inputs: Int
  let folder: String

  /// Seconds without a step after which a process hangs.
  private static let patience = 20.0

  func run() throws -> Row {
    var row = Row(reader: reader.name, inputs: inputs)
    let path = "\(folder)/notes"
    let notes = try Notes(path)
    notes.clear()
    var next = 0
    while next < inputs {
      let (ending, failures) = try child(next, path, notes)
      row.failures += failures
      guard let ending else { break }
      let number = Int(notes[.current]) - 1
      guard number >= next else { throw Problem("\(reader.name): \(ending) before any input") }
      row.failures.append("\(reader.name), input \(number): \(ending)")
      next = number + 1
    }
    row.accepted = Int(notes[.accepted])
    row.refused = Int(notes[.refused])
    row.slowest = (Double(notes[.slowest]) / 1e9, Int(notes[.slowestInput]))
    row.memory = (Int(notes[.memory]), Int(notes[.memoryInput]))
    return row
  }

  /// Runs a process from input `first` on. How it died, if it did, and what it told.
  private func child(
    _ first: Int, _ path: String, _ notes: Notes
  ) throws -> (ending: String?, failures: [String]) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = [
      "--child", reader.name, "--first", "\(first)", "--inputs", "\(inputs)", "--seed", "\(seed)",
      "--folder", folder,
    ]
    let output = "\(folder)/output"
    FileManager.default.createFile(atPath: output, contents: nil)
    guard let handle = FileHandle(forWritingAtPath: output) else {
      throw Problem("\(output) cannot be written")
    }
    process.standardOutput = handle
    // The report of a trap is many lines that say no more than its signal.
    process.standardError = FileHandle.nullDevice
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["SWIFT_BACKTRACE": "enable=no"], uniquingKeysWith: { $1 })
    try process.run()
    var (seen, waited) = (notes[.current], 0.0)
    while process.isRunning {
      usleep(20_000)
      waited = notes[.current] == seen ? waited + 0.02 : 0
      seen = notes[.current]
      if waited > Self.patience { kill(process.processIdentifier, SIGKILL) }
    }
    process.waitUntilExit()
    let told = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
    var ending: String?
    if process.terminationReason == .uncaughtSignal {
      ending =
        waited > Self.patience ? "hung" : "ended by signal \(process.terminationStatus)"
    } else if process.terminationStatus != 0 {
      throw Problem(told.last.map(String.init) ?? "a child ended with an error")
    }
    return (ending, told.map(String.init))
  }
}

/// What came of one reader's inputs.
struct Row {
  let reader: String
  let inputs: Int
  var accepted = 0
  var refused = 0
  /// Seconds of processor time, and the input that took them.
  var slowest = (seconds: 0.0, input: 0)
  var memory = (bytes: 0, input: 0)
  var failures: [String] = []

  init(reader: String, inputs: Int) {
    self.reader = reader
    self.inputs = inputs
  }

  static let heading = """
    | reader | inputs | accepted | refused | slowest (ms) | memory beyond the start (MiB) | failures |
    |---|---|---|---|---|---|---|
    """

  var line: String {
    "| \(reader) | \(inputs) | \(accepted) | \(refused) | "
      + String(format: "%.0f", slowest.seconds * 1000)
      + " | \(memory.bytes >> 20) | \(failures.count) |"
  }
}
