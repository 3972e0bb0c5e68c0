import DataFiles
import Foundation
import TestSupport
import Testing

@Suite struct DirectoryLockTests {
  private let folder = try! TemporaryFolder()

  @Test func keepsTheSecondOutAndNamesTheFirst() throws {
    let lock = try DirectoryLock(folder.path)
    let held = #expect(throws: DirectoryLock.Held.self) { _ = try DirectoryLock(folder.path) }
    #expect(held?.process == getpid())
    #expect(held?.host?.isEmpty == false)
    #expect(held?.description.contains("process \(getpid()) on host") == true)
    withExtendedLifetime(lock) {}
  }

  @Test func endsWithItsOwnerAndLeavesNothing() throws {
    do {
      let lock = try DirectoryLock(folder.path)
      #expect(try folder.names == [".lock"])
      withExtendedLifetime(lock) {}
    }
    #expect(try folder.names.isEmpty)
    let again = try DirectoryLock(folder.path)
    withExtendedLifetime(again) {}
  }

  @Test func ignoresWhatAKilledProcessLeft() throws {
    let path = folder.file(".lock", holding: "1 elsewhere\n and more that a pid never is")
    let lock = try DirectoryLock(folder.path)
    #expect(try FileSystem.read(path).starts(with: Array("\(getpid()) ".utf8)))
    withExtendedLifetime(lock) {}
  }

  /// Another process's lock counts, and one without a readable name is still a lock.
  @Test func seesOtherProcesses() throws {
    let path = folder.file(".lock", holding: "")
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    holder.arguments = ["flock", path, "sh", "-c", "echo locked; read -r line"]
    let (input, output) = (Pipe(), Pipe())
    holder.standardInput = input
    holder.standardOutput = output
    try holder.run()
    #expect(output.fileHandleForReading.availableData == Data("locked\n".utf8))
    let held = #expect(throws: DirectoryLock.Held.self) { _ = try DirectoryLock(folder.path) }
    #expect(held?.description.contains("in use by another process;") == true)
    try input.fileHandleForWriting.close()
    holder.waitUntilExit()
    let lock = try DirectoryLock(folder.path)
    withExtendedLifetime(lock) {}
  }

  @Test func theHolderTellsOfItsWork() throws {
    #expect(LockHolder.read(folder.path) == nil)
    let lock = try DirectoryLock(folder.path)
    try withExtendedLifetime(lock) {
      #expect(LockHolder.read(folder.path)?.notes == [:])
      try lock.note([("step", "1000"), ("loss", "0.25")])
      try lock.note([("step", "9")])
      let holder = LockHolder.read(folder.path)
      #expect(holder?.process == getpid() && holder?.host?.isEmpty == false)
      // Shorter than what was told before, of which nothing is left.
      #expect(holder?.notes == ["step": "9"])
    }
  }

  @Test func needsTheDirectory() {
    let missing = folder.file("missing")
    #expect(throws: FileSystemError.refused(.lock, path: missing + "/.lock", code: ENOENT)) {
      _ = try DirectoryLock(missing)
    }
  }
}
