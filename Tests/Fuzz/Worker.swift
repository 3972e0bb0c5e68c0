import Foundation
import Randomness

/// Reads one input after another, in a process that may die of it.
struct Worker {
  let reader: Reader
  let seed: UInt64
  let notes: Notes
  /// Where inputs are written to be read.
  let folder: String

  /// Address space beyond what the process has when it begins; a request for more ends it.
  private static let room: rlim_t = 2 << 30
  /// Seconds of processor time, and bytes of memory beside some for each byte of the input.
  static let slow = 1.0
  static let memory = 64 << 20
  static let memoryPerByte = 256

  /// Works through a range of inputs, and prints a line for each that was not read as it should be.
  func run(_ range: Range<Int>) throws {
    try reader.prepare(folder)
    let path = "\(folder)/\(reader.file)"
    // Whatever is set up once is not an input's doing.
    try attempt(-1, path)
    limitMemory()
    let before = peak()
    for number in range {
      notes[.current] = UInt64(number + 1)
      let size = try attempt(number, path)
      let held = peak() - before
      if held > Int(notes[.memory]) {
        notes[.memory] = UInt64(held)
        notes[.memoryInput] = UInt64(number)
        if held > Self.memory + Self.memoryPerByte * size {
          tell(number, "took \(held >> 20) MiB for an input of \(size) bytes")
        }
      }
    }
    notes[.current] = 0
  }

  /// Reads one input; its size.
  @discardableResult
  private func attempt(_ number: Int, _ path: String) throws -> Int {
    let input = reader.input(Self.stream(reader.name, seed, number))
    try Data(input).write(to: URL(fileURLWithPath: path))
    let start = processorSeconds()
    var complaint: (any Error)?
    do { try reader.read(path) } catch { complaint = error }
    let seconds = processorSeconds() - start
    if number < 0 { return input.count }
    if let complaint {
      notes[.refused] += 1
      if let defect = Self.defect(complaint, path: path) { tell(number, defect) }
    } else {
      notes[.accepted] += 1
    }
    if seconds * 1e9 > Double(notes[.slowest]) {
      notes[.slowest] = UInt64(seconds * 1e9)
      notes[.slowestInput] = UInt64(number)
    }
    if seconds > Self.slow { tell(number, String(format: "took %.2f s", seconds)) }
    return input.count
  }

  /// The stream of an input: a function of reader, seed and number alone.
  static func stream(_ reader: String, _ seed: UInt64, _ number: Int) -> RandomStream {
    RandomStream(seed: seed, label: "fuzz").child(reader).child(number)
  }

  /// What is wrong with how an error is worded: it must be a sentence, in one line and not endless, that
  /// says where the trouble is.
  static func defect(_ error: any Error, path: String) -> String? {
    let text = "\(error)"
    let name = URL(fileURLWithPath: path).lastPathComponent
    let isFile = name.contains(".")
    if text.contains("\n") { return "said several lines: \(text)" }
    if text.count > 1500 { return "said \(text.count) characters" }
    if text.count < 10 || !text.contains(" ") { return "said no sentence: \(text)" }
    if text.contains("Error Domain") || text.contains("Optional(") { return "said: \(text)" }
    if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      return "said control characters"
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    if isFile && !text.contains(name) && !text.contains(folder) {
      return "did not name the file: \(text)"
    }
    return nil
  }

  private func tell(_ number: Int, _ what: String) {
    print("\(reader.name), input \(number): \(what)")
    fflush(nil)
  }

  private func limitMemory() {
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
      .split(separator: " ").first.flatMap { rlim_t($0) }
    guard let pages else { return }
    let most = pages * rlim_t(sysconf(Int32(_SC_PAGESIZE))) + Self.room
    var limit = rlimit(rlim_cur: most, rlim_max: most)
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
  }

  /// The most memory that was ever held, in bytes.
  private func peak() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }

  private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
