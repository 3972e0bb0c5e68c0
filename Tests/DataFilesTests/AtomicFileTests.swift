import DataFiles
import Foundation
import TestSupport
import Testing

@Suite struct AtomicFileTests {
  private let folder = try! TemporaryFolder()

  @Test func writesAndReplacesWholeFiles() throws {
    let path = folder.file("result.csv")
    try AtomicFile.write("first", to: path)
    #expect(try FileSystem.read(path) == Array("first".utf8))
    try AtomicFile.write(Data("second".utf8), to: path)
    #expect(try FileSystem.read(path) == Array("second".utf8))
    #expect(try folder.names == ["result.csv"])
  }

  @Test func showsNothingBeforeCommitAndLeavesNothingWithoutIt() throws {
    let path = folder.file("result.csv", holding: "old")
    do {
      var writer = try AtomicFileWriter(path)
      try writer.write(String(repeating: "new", count: 200_000))
      #expect(writer.count == 600_000)
      #expect(try FileSystem.read(path) == Array("old".utf8))
    }
    #expect(try folder.names == ["result.csv"])
    #expect(try FileSystem.read(path) == Array("old".utf8))
  }

  @Test func joinsSmallAndLargePieces() throws {
    let path = folder.file("pieces")
    var expected: [UInt8] = []
    var writer = try AtomicFileWriter(path)
    for size in [1, 0, 300_000, 17, 262_144, 262_143, 5, 1_000_000] {
      let piece = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ size) }
      try writer.write(piece)
      expected += piece
    }
    try writer.commit()
    #expect(try FileSystem.read(path) == expected)
  }

  @Test func takesOverWhatAKilledWriterLeft() throws {
    _ = folder.file(".result.csv.partial", holding: "half of a re")
    try AtomicFile.write("whole", to: folder.file("result.csv"))
    #expect(try folder.names == ["result.csv"])
    #expect(try FileSystem.read(folder.file("result.csv")) == Array("whole".utf8))
  }

  @Test func twoWritersOfOneFileDoNotMix() throws {
    let path = folder.file("result.csv")
    var first = try AtomicFileWriter(path)
    var second = try AtomicFileWriter(path)
    try first.write("first")
    try second.write("second")
    try second.commit()
    #expect(try FileSystem.read(path) == Array("second".utf8))
    try first.commit()
    #expect(try FileSystem.read(path) == Array("first".utf8))
  }

  @Test func followsLinksAndWritesDevicesThrough() throws {
    let path = folder.file("real", holding: "old")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"), withDestinationPath: path)
    try AtomicFile.write("new", to: folder.file("link"))
    #expect(try FileSystem.read(path) == Array("new".utf8))
    #expect(try folder.names == ["link", "real"])
    try AtomicFile.write("gone", to: "/dev/null")
    #expect(try FileSystem.read("/dev/null").isEmpty)
  }

  @Test func namesFileAndReason() throws {
    let missing = folder.file("missing/result.csv")
    #expect(throws: FileSystemError.refused(.write, path: missing, code: ENOENT)) {
      try AtomicFile.write("text", to: missing)
    }
    #expect(throws: FileSystemError.refused(.write, path: folder.path, code: EISDIR)) {
      try AtomicFile.write("text", to: folder.path)
    }
    #expect(
      FileSystemError.refused(.write, path: "a/b", code: ENOENT).description
        == "Cannot write a/b: its folder does not exist; create it first.")
    let full = #expect(throws: FileSystemError.self) {
      try AtomicFile.write(String(repeating: "text", count: 100_000), to: "/dev/full")
    }
    #expect(
      full?.description
        == "Cannot write /dev/full: the disk is full; make room, or name a place elsewhere.")
  }

  /// The kernel says "no such file" there, although the folder exists; not even the superuser can make
  /// anything in it.
  @Test func foldersThatTakeNothingNewAreNotCalledMissing() throws {
    #expect(throws: FileSystemError.takesNothingNew(path: "/proc/result.csv")) {
      try AtomicFile.write("text", to: "/proc/result.csv")
    }
    let error = #expect(throws: FileSystemError.self) {
      try FileSystem.createDirectory("/proc/results/first")
    }
    #expect(
      error?.description
        == "Cannot create /proc/results: nothing new can be made there; name a place elsewhere.")
  }

  @Test func boundsWhatItReads() throws {
    let path = folder.file("ten", holding: "0123456789")
    #expect(try FileSystem.read(path, maximumBytes: 10).count == 10)
    for tooLarge in [path, "/dev/zero"] {
      #expect(throws: FileSystemError.tooLarge(path: tooLarge, limit: 9)) {
        try FileSystem.read(tooLarge, maximumBytes: 9)
      }
    }
    #expect(throws: FileSystemError.refused(.read, path: folder.path, code: EISDIR)) {
      try FileSystem.read(folder.path)
    }
  }

  @Test func createsFolders() throws {
    let path = folder.file("a/b/c")
    try FileSystem.createDirectory(path)
    try FileSystem.createDirectory(path + "/")
    #expect(try folder.names == ["a"])
    let blocked = folder.file("file", holding: "")
    #expect(throws: FileSystemError.refused(.create, path: blocked, code: EEXIST)) {
      try FileSystem.createDirectory(blocked)
    }
  }
}
