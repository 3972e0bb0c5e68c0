import Foundation

/// The disturbances of one subcommand.
struct Trial {
  let subject: Subject
  let bench: Bench
  /// What an undisturbed run leaves.
  let expected: Contents
  /// Seconds that such a run takes.
  let duration: Double
  /// How often its folder changes on the way.
  let changes: Int
  /// Bytes of its files on disk.
  let bytes: Int
  var report: Report

  init(_ subject: Subject, _ bench: Bench) throws {
    self.subject = subject
    self.bench = bench
    report = Report(name: subject.name)
    let place = try bench.freshFolder()
    try Self.prepare(subject, place)
    let start = ContinuousClock.now
    let child = try Child(bench.program, subject.words, in: place)
    var (changes, last) = (0, Listing(place))
    while child.isRunning {
      let now = Listing(place)
      if now != last { changes += 1 }
      last = now
      usleep(200)
    }
    duration = (ContinuousClock.now - start) / .seconds(1)
    let ending = child.end()
    guard ending.isSuccess else { throw Problem("undisturbed, \(subject.name): \(ending.words)") }
    self.changes = changes
    expected = Contents("\(place)/out", sorting: subject.logs)
    bytes = Listing(place).allocated
    bench.remove(place)
  }

  static func prepare(_ subject: Subject, _ place: String) throws {
    if let start = subject.start {
      try FileManager.default.copyItem(atPath: start, toPath: "\(place)/out")
    }
  }

  func start(in place: String) throws -> Child {
    try Child(bench.program, subject.words, in: place)
  }

  /// Waits for a random moment of a run: by the clock, or shortly behind a change in its folder.
  func awaitMoment(of child: Child, in place: String) {
    if bench.random.below(2) == 0 { return bench.wait(upTo: 1.05 * duration) }
    var left = 1 + bench.random.below(max(changes, 1))
    var last = Listing(place)
    let end = ContinuousClock.now + .seconds(10 * duration)
    while child.isRunning, left > 0, ContinuousClock.now < end {
      usleep(50)
      let now = Listing(place)
      if now != last { left -= 1 }
      last = now
    }
    bench.wait(upTo: 0.003)
  }

  /// Kills runs, lets them go on, and compares.
  mutating func kill(_ count: Int) throws {
    while report.kills.tried < count {
      let place = try bench.freshFolder()
      defer { bench.remove(place) }
      try Self.prepare(subject, place)
      var records: [String: [String]] = [:]
      for _ in 0...bench.random.below(6) where report.kills.tried < count {
        let child = try start(in: place)
        awaitMoment(of: child, in: place)
        child.signal(SIGKILL)
        let ending = child.end()
        guard ending.signal == SIGKILL else {
          if !isDone(ending) { fail("killed too late, it ended with \(ending.words)") }
          break
        }
        let damage = damage(in: place, records: &records)
        report.kills.add(damage.isEmpty)
        for one in damage { fail("killed: \(one)") }
      }
      report.resumed.add(try finish(place, "after kills"))
    }
  }

  /// Whether a run ended well, be it that it found all done.
  func isDone(_ ending: Ending) -> Bool {
    if ending.isSuccess { return true }
    guard let words = subject.refusesAgain else { return false }
    return (ending.isSentence || ending.isUsage) && ending.errors.contains(words)
  }

  /// Lets the run go on to its end, and says whether that is the undisturbed one's.
  mutating func finish(_ place: String, _ after: String) throws -> Bool {
    let ending = try start(in: place).end()
    guard isDone(ending) else {
      fail("\(after), the same command again \(ending.words)")
      return false
    }
    let differences = Contents("\(place)/out", sorting: subject.logs).differences(from: expected)
    for difference in differences { fail("\(after), \(difference)") }
    return differences.isEmpty
  }

  /// What a kill broke: a file under its final name that is not whole, a record lost or doubled.
  private func damage(in place: String, records: inout [String: [String]]) -> [String] {
    var damage: [String] = []
    let now = Contents("\(place)/out", sorting: subject.logs)
    for (name, lines) in now.files where !name.hasPrefix(".") && !subject.growing.contains(name) {
      if let whole = expected.files[name] {
        if lines != whole, !isReplaced(name, lines) { damage.append("\(name) is torn") }
      } else {
        damage.append("\(name) appeared")
      }
    }
    for name in subject.logs {
      let found = Contents.records("\(place)/out/\(name)")
      let before = records[name] ?? []
      if !found.starts(with: before) { damage.append("\(name) lost a record") }
      if Set(found).count != found.count { damage.append("\(name) holds a record twice") }
      if !Set(found).isSubset(of: expected.files[name] ?? []) {
        damage.append("\(name) holds a record that is none")
      }
      records[name] = found
    }
    return damage
  }

  /// Whether a file is still the one that stood there before.
  private func isReplaced(_ name: String, _ lines: [String]) -> Bool {
    subject.start.map { Contents($0, sorting: subject.logs).files[name] == lines } ?? false
  }

  mutating func fail(_ sentence: String) {
    report.failures.append("\(subject.name): \(sentence)")
  }
}

/// Names, sizes and identities of the files under a folder.
struct Listing: Equatable {
  var sizes: [String: Int] = [:]
  private var identities: [String: UInt] = [:]

  /// What a trial's program writes.
  init(_ place: String) { self.init(folder: "\(place)/out") }

  init(folder: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      var status = stat()
      guard stat("\(folder)/\(name)", &status) == 0 else { continue }
      sizes[name] = Int(status.st_size)
      identities[name] = UInt(status.st_ino)
    }
  }

  /// Bytes in whole pages.
  var allocated: Int { sizes.values.reduce(8192) { $0 + ($1 + 4095) / 4096 * 4096 } }
}
