import DataFiles
import Foundation
import TestSupport
import Testing

@Suite struct JSONLinesTests {
  private let folder = try! TemporaryFolder()

  /// What the reader gives before it ends or fails.
  private func read(
    _ path: String, limit: Int = JSONLinesReader.maximumLineBytes
  ) -> (lines: [Int], values: [JSONValue], error: JSONError?) {
    var (lines, values): ([Int], [JSONValue]) = ([], [])
    do {
      try JSONLines.forEach(path, maximumLineBytes: limit) { line, value in
        lines.append(line)
        values.append(value)
      }
      return (lines, values, nil)
    } catch {
      return (lines, values, error as? JSONError)
    }
  }

  @Test func roundTripsAcrossChunks() throws {
    let path = folder.file("log.jsonl")
    var written: [JSONValue] = []
    var writer = try JSONLinesWriter(path)
    for size in [0, 1, 100_000, 262_000, 262_144, 3, 600_000] {
      let value: JSONValue = [
        "size": .init(.integer(size)),
        "text": .init(.string(.init(repeating: "é", count: size / 2))),
      ]
      written.append(value)
      try writer.append(value)
    }
    #expect(!FileSystem.exists(path))
    try writer.commit()
    let result = read(path)
    #expect(result.error == nil)
    #expect(result.values == written)
    #expect(result.lines == Array(1...7))
  }

  @Test func keepsNothingOfARecordThatFails() throws {
    let path = folder.file("log.jsonl")
    var writer = try JSONLinesWriter(path)
    try writer.append(["a": 1])
    #expect(throws: JSONWriter.NotFinite.self) { try writer.append(["b": .init(.double(.nan))]) }
    try writer.append(["c": 3])
    try writer.commit()
    #expect(read(path).values == [["a": 1], ["c": 3]])
  }

  @Test func skipsBlankLinesAndTakesAWholeLastLineWithoutItsEnd() {
    let result = read(folder.file("log.jsonl", holding: "\n{a: 1}\r\n \t\n[2]"))
    #expect(result.lines == [2, 4])
    #expect(result.values == [["a": 1], [2]])
    #expect(result.error == nil)
    #expect(read(folder.file("empty.jsonl", holding: "")).values.isEmpty)
  }

  @Test func tellsATruncatedLastLineFromABrokenOne() {
    let truncated = read(folder.file("t.jsonl", holding: "{\"a\": 1}\n{\"a\": 2}\n{\"a\""))
    #expect(truncated.values.count == 2)
    #expect(truncated.error?.problem == .truncatedLastLine)
    #expect(truncated.error?.location.line == 3)
    let broken = read(folder.file("b.jsonl", holding: "{\"a\": 1}\n{\"a\": }\n{\"a\": 2}\n"))
    #expect(broken.values.count == 1)
    #expect(broken.error?.location == TextLocation(line: 2, column: 7))
    #expect(broken.error?.problem == .unexpected(found: "\"}\"", wanted: "a value"))
    // Cut in the middle of a character.
    let cut = read(folder.file("c.jsonl", holding: Array("[1]\n[\"".utf8) + [0xC3]))
    #expect(cut.error?.problem == .truncatedLastLine)
  }

  @Test func boundsTheLine() {
    let path = folder.file(
      "long.jsonl", holding: "[1]\n[\(String(repeating: " ", count: 400_000))2]\n")
    let result = read(path, limit: 1000)
    #expect(result.values == [[1]])
    #expect(result.error?.problem == .lineTooLong(limit: 1000))
    #expect(result.error?.location.line == 2)
  }

  // MARK: Appending

  private static let records: [JSONValue] = [
    ["key": "a", "mass": 0.5], ["key": "é\n", "tokens": .init(.integers([1, 2, 3]))], [],
  ]

  @Test func appendsAcrossOpenings() throws {
    let path = folder.file("log.jsonl")
    for record in Self.records {
      var log = try JSONLinesAppender(path)
      #expect(log.repair == nil)
      try log.append(record)
      #expect(read(path).values.last == record)
    }
    #expect(read(path).values == Self.records)
  }

  @Test func noticesThatTheFileIsGone() throws {
    let path = folder.file("log.jsonl")
    var log = try JSONLinesAppender(path)
    try log.append(["a": 1])
    #expect(unlink(path) == 0)
    #expect(throws: FileSystemError.removed(path: path)) { try log.append(["b": 2]) }
  }

  @Test func keepsTheFileWhenARecordFails() throws {
    let path = folder.file("log.jsonl")
    var log = try JSONLinesAppender(path)
    try log.append(["a": 1])
    #expect(throws: JSONWriter.NotFinite.self) { try log.append(["b": .init(.double(.infinity))]) }
    try log.append(["c": 3])
    #expect(read(path).values == [["a": 1], ["c": 3]])
  }

  /// A log cut anywhere opens with exactly the records that were whole, and goes on from there.
  @Test func recoversFromEveryCut() throws {
    var json: [UInt8] = []
    var ends: [Int] = []
    for record in Self.records {
      json += try record.text().utf8
      ends.append(json.count)
      json.append(UInt8(ascii: "\n"))
    }
    for cut in 0...json.count {
      let path = folder.file("log.jsonl", holding: json[..<cut])
      // The record is whole from its last byte on, even before its line end.
      let whole = ends.count { $0 <= cut }
      let lineEnd = whole == 0 ? 0 : ends[whole - 1] + 1
      var log = try JSONLinesAppender(path)
      if cut == lineEnd {
        #expect(log.repair == nil)
      } else if cut < lineEnd {
        #expect(log.repair == .completedLastLine(line: whole))
      } else {
        #expect(log.repair == .removedLastLine(line: whole + 1, bytes: cut - lineEnd))
      }
      try log.append(["next": true])
      let result = read(path)
      #expect(result.error == nil)
      #expect(result.values == Self.records[..<whole] + [["next": true]])
    }
  }

  @Test func recoversALongTailAndZeros() throws {
    let head = String(repeating: "[1]\n", count: 70_000)
    let tail = [UInt8](repeating: 0, count: 200_000)
    let path = folder.file("log.jsonl", holding: Array(head.utf8) + tail)
    let log = try JSONLinesAppender(path)
    #expect(log.repair == .removedLastLine(line: 70_001, bytes: 200_000))
    #expect(try FileSystem.read(path) == Array(head.utf8))
  }

  @Test func appendsToRegularFilesAlone() {
    #expect(throws: FileSystemError.notAFile(path: "/dev/null")) {
      _ = try JSONLinesAppender("/dev/null")
    }
    let missing = folder.file("missing/log.jsonl")
    #expect(throws: FileSystemError.refused(.write, path: missing, code: ENOENT)) {
      _ = try JSONLinesAppender(missing)
    }
  }
}
