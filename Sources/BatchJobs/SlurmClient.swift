import Foundation

/// The programs by which a user speaks to Slurm.
public struct SlurmClient: Sendable {
  private let sbatch: String
  private let squeue: String
  private let scancel: String

  /// Finds the programs.
  ///
  /// - Parameter searchPath: folders, separated by colons; that of this process when nil.
  /// - Throws: `SlurmError.missingProgram`.
  public init(searchPath: String? = nil) throws(SlurmError) {
    let path = searchPath ?? ProcessInfo.processInfo.environment["PATH"] ?? ""
    sbatch = try Self.find("sbatch", in: path)
    squeue = try Self.find("squeue", in: path)
    scancel = try Self.find("scancel", in: path)
  }

  private static func find(_ program: String, in path: String) throws(SlurmError) -> String {
    for folder in path.split(separator: ":") {
      let file = "\(folder)/\(program)"
      if FileManager.default.isExecutableFile(atPath: file) { return file }
    }
    throw .missingProgram(program)
  }

  /// Hands a script to Slurm.
  ///
  /// - Parameters:
  ///   - purpose: what an error calls the job, such as "the merge job".
  ///   - dependencies: jobs (`12`) and tasks (`12_3`) that must have succeeded before it starts.
  /// - Returns: the number of the job.
  /// - Throws: `SlurmError`.
  public func submit(
    _ script: String, purpose: String, after dependencies: [String] = []
  ) throws(SlurmError) -> String {
    var words = ["--parsable"]
    if !dependencies.isEmpty {
      // Without the second option a job whose dependency failed would stay in the queue for ever.
      words += [
        "--dependency=afterok:" + dependencies.joined(separator: ":"), "--kill-on-invalid-dep=yes",
      ]
    }
    let text = try run(sbatch, words + [script], purpose: purpose)
    // The number of the job, and behind a semicolon the name of the cluster if there are several.
    let line = text.split(whereSeparator: \.isNewline).last ?? ""
    let number = line.prefix { $0 != ";" }
    guard !number.isEmpty, number.allSatisfy(\.isWholeNumber) else {
      throw .noJobNumber(text: String(line))
    }
    return String(number)
  }

  /// The user's jobs that have not ended, each task of an array by itself.
  ///
  /// - Throws: `SlurmError`.
  public func queue() throws(SlurmError) -> [QueuedTask] {
    let text = try run(
      squeue, ["--noheader", "--array", "--me", "--format=\(QueuedTask.format)"],
      purpose: "to list jobs")
    var tasks: [QueuedTask] = []
    for line in text.split(whereSeparator: \.isNewline) {
      guard let task = QueuedTask(line: String(line)) else {
        throw .unreadableQueue(line: String(line))
      }
      tasks.append(task)
    }
    return tasks
  }

  /// Takes a job out of the queue; one that has ended meanwhile is as good.
  ///
  /// - Throws: `SlurmError`.
  public func cancel(_ job: String) throws(SlurmError) {
    _ = try run(scancel, ["--quiet", job], purpose: "to cancel job \(job)")
  }

  /// What a program prints.
  private func run(
    _ program: String, _ words: [String], purpose: String
  ) throws(SlurmError) -> String {
    let name = String(program.split(separator: "/").last ?? "")
    let outcome: ProgramOutcome
    do {
      outcome = try ProgramOutcome(running: program, words)
    } catch {
      throw .notStarted(program: name, reason: error.localizedDescription)
    }
    guard outcome.exitCode == 0 else {
      throw .refused(program: name, purpose: purpose, message: outcome.complaint(of: name))
    }
    return outcome.output
  }
}

/// What a program left behind.
private struct ProgramOutcome {
  var exitCode: Int32
  var output: String
  var errors: String

  init(running program: String, _ words: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = words
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // Errors are a few lines, which a pipe holds while the output is read to its end.
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    let complained = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    exitCode =
      process.terminationReason == .exit
      ? process.terminationStatus : 128 + process.terminationStatus
    self.output = String(decoding: printed, as: UTF8.self)
    self.errors = String(decoding: complained, as: UTF8.self)
  }

  /// What the program said was wrong, in one line and without its own name before every piece.
  func complaint(of name: String) -> String {
    let lines = (errors.isEmpty ? output : errors).split(whereSeparator: \.isNewline).map { line in
      var line = line[...]
      for prefix in ["\(name): ", "error: ", "fatal: "] where line.hasPrefix(prefix) {
        line = line.dropFirst(prefix.count)
      }
      return line.trimmingCharacters(in: .whitespaces)
    }
    let text = lines.filter { !$0.isEmpty }.joined(separator: "; ")
    return text.isEmpty ? "it ended with exit code \(exitCode) and no word" : text
  }
}
