import Foundation

extension Trial {
  /// Runs on file systems that are too small, gives them room, and runs again.
  mutating func fillDisk(_ count: Int) throws {
    guard bench.canMount else { return }
    for _ in 0..<count {
      let place = try bench.freshFolder()
      defer { bench.remove(place) }
      // Room for what stands there at first, and for a part of what comes.
      let first = subject.start.map { Listing(folder: $0).allocated } ?? 4096
      let size = first + 4096 + bench.random.below(max(bytes - first, 0) * 5 / 4 + 4096)
      guard try bench.mount(place, bytes: size) else { throw Problem("cannot mount \(place)") }
      defer { try? bench.unmount(place) }
      try Self.prepare(subject, place)
      let ending = try start(in: place).end()
      let isTold = ending.isSentence && ending.errors.contains("disk is full")
      if !isTold && !isDone(ending) { fail("on a full disk, it \(ending.words)") }
      guard try bench.remount(place, "size=\(max(64 << 20, 8 * bytes))") else {
        throw Problem("cannot enlarge \(place)")
      }
      let isWhole = try finish(place, "after a full disk")
      report.fullDisk.add(isWhole && (isTold || isDone(ending)))
    }
  }

  /// Runs where nothing may be written, from the start or behind a kill, and again where it may.
  mutating func forbidWriting(_ count: Int) throws {
    guard bench.canMount else { return }
    for number in 0..<count {
      let place = try bench.freshFolder()
      defer { bench.remove(place) }
      guard try bench.mount(place, bytes: max(64 << 20, 8 * bytes)) else {
        throw Problem("cannot mount \(place)")
      }
      defer { try? bench.unmount(place) }
      try Self.prepare(subject, place)
      if number > 0 {
        let child = try start(in: place)
        awaitMoment(of: child, in: place)
        child.signal(SIGKILL)
        _ = child.end()
      }
      let before = Contents("\(place)/out", sorting: [])
      guard try bench.remount(place, "ro") else { throw Problem("cannot protect \(place)") }
      let ending = try start(in: place).end()
      let isTold = ending.isSentence && ending.errors.contains("read-only")
      if !isTold && !isDone(ending) { fail("where nothing may be written, it \(ending.words)") }
      let isUntouched = Contents("\(place)/out", sorting: []) == before
      guard try bench.remount(place, "rw") else { throw Problem("cannot open \(place)") }
      let isWhole = try finish(place, "after a read-only folder")
      report.readOnly.add(isUntouched && isWhole && (isTold || isDone(ending)))
    }
  }

  /// Removes the folder under the running program, and runs again.
  mutating func takeFolderAway(_ count: Int) throws {
    for _ in 0..<count {
      let place = try bench.freshFolder()
      defer { bench.remove(place) }
      try Self.prepare(subject, place)
      let child = try start(in: place)
      awaitMoment(of: child, in: place)
      // Under another name first: what is written while files are removed one by one would stay.
      let gone = "\(place)/gone"
      _ = rename("\(place)/out", gone)
      bench.remove(gone)
      let ending = child.end()
      let isTold = ending.isSentence || isDone(ending)
      if !isTold { fail("without its folder, it \(ending.words)") }
      bench.remove("\(place)/out")
      try Self.prepare(subject, place)
      report.vanished.add(try finish(place, "after its folder had gone") && isTold)
    }
  }

  /// Runs a second process while the first stands still in the middle of its work.
  mutating func runTwoAtOnce(_ count: Int) throws {
    for _ in 0..<count {
      let place = try bench.freshFolder()
      defer { bench.remove(place) }
      try Self.prepare(subject, place)
      let first = try start(in: place)
      awaitMoment(of: first, in: place)
      first.signal(SIGSTOP)
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(place)/out")) ?? []
      let isHeld = first.isRunning && names.contains { $0.hasPrefix(".lock") }
      let second = try start(in: place).end()
      first.signal(SIGCONT)
      let ending = first.end()
      let isTurnedAway =
        second.isSentence && second.errors.contains("in use by process \(first.number)")
      var isGood = isTurnedAway || isDone(second)
      if !isGood { fail("the second of two \(second.words)") }
      if subject.isExclusive, isHeld, !isTurnedAway, ending.signal == nil, !isDone(second) {
        isGood = false
        fail("the second of two was let in")
      }
      let isBeaten = ending.isSentence && ending.errors.contains("in use by process")
      if !isDone(ending) && !isBeaten {
        isGood = false
        fail("the first of two \(ending.words)")
      }
      report.second.add(try finish(place, "after two at once") && isGood)
    }
  }
}
