import DataFiles
import TestSupport
import Testing

/// Thousands of damaged files for each reader. A reader may accept or refuse each of them, but must do
/// it with its own error in one line, and what it accepts must be consistent.
@Suite struct HostileInputTests {
  private let folder = try! TemporaryFolder()

  /// Runs `read` on many mutations; how many it accepted.
  private func survive(
    _ samples: [[UInt8]], count: Int, _ read: ([UInt8]) throws -> Void
  ) -> Int {
    var accepted = 0
    for seed in 0..<count {
      var mutator = Mutator(seed: UInt64(seed))
      let bytes = mutator.mutation(of: samples[seed % samples.count])
      do {
        try read(bytes)
        accepted += 1
      } catch {
        let isOwn =
          error is JSONError || error is CSVError || error is SafetensorsError
          || error is FileSystemError
        let sentence = "\(error)"
        #expect(isOwn && sentence.hasSuffix(".") && !sentence.contains("\n"), "\(seed): \(error)")
      }
    }
    return accepted
  }

  private static let json = [
    """
    // A recipe.
    {name: 'mixture', "seed": 18446744073709551615, steps: 0x10, rate: 1e-3, "é": [.5, 5., -0],
     lengths: [1, 2, 30], text: "tab\\t\\u00e9\\ud83d\\ude00", /* none */ none: null, nested: [{}, [[]]],}
    """,
    #"{"task":"needle","context":[1,5,63,2],"gold":[{"hop":0,"span":[3,8]}],"mass":0.125}"#,
  ].map { Array($0.utf8) }

  @Test func json() {
    let accepted = survive(Self.json, count: 6_000) { bytes in
      let value = try JSONValue.parse(bytes, file: "f")
      guard let text = try? value.text() else { return }  // an infinite number
      #expect(try JSONValue.parse(text) == value)
    }
    #expect(100...5_900 ~= accepted)
  }

  @Test func strictObjects() {
    let accepted = survive([Self.json[1]], count: 3_000) { bytes in
      var r = try JSONObjectReader(JSONValue.parse(bytes, file: "f"), file: "f")
      _ = try r.string("task", oneOf: ["needle", "key-value"])
      #expect(try r.int32s("context", in: 0...63).allSatisfy { 0...63 ~= $0 })
      for var gold in try r.objects("gold") {
        #expect(try gold.int("hop", in: 0...7) < 8)
        _ = try gold.ints("span")
        try gold.finish()
      }
      #expect(try r.double("mass", in: 0...1) <= 1)
      try r.finish()
    }
    #expect(10...2_900 ~= accepted)
  }

  @Test func jsonLines() throws {
    let log = Array("{\"a\":1,\"t\":[1,2]}\n{\"a\":2,\"s\":\"é\"}\n\n[3]\n".utf8)
    let accepted = survive([log], count: 2_000) { bytes in
      let path = folder.file("log.jsonl", holding: bytes)
      var appender = try JSONLinesAppender(path)
      try appender.append(["end": true])
      // Whole lines are never touched.
      let whole = (bytes.lastIndex(of: 0x0A) ?? -1) + 1
      let mended = try FileSystem.read(path)
      #expect(mended.starts(with: bytes[..<whole]))
      #expect(mended.reversed().starts(with: "{\"end\":true}\n".utf8.reversed()))
      var last: JSONValue?
      try JSONLines.forEach(path) { last = $1 }
      #expect(last == ["end": true])
    }
    #expect(100...1_900 ~= accepted)
  }

  @Test func csv() {
    let tables = ["name,T,mass\nplain,256,0.5\n\"a,\"\"b\"\"\",-1,1e-9\r\n,3,\n", "a\n\"\"\n1\n"]
    let accepted = survive(tables.map { Array($0.utf8) }, count: 6_000) { bytes in
      let table = try CSVTable(bytes, file: "f")
      var rows = CSVFormatter(columns: table.columns)
      let columns = try table.columns.map { try table.strings($0) }
      for row in 0..<table.rowCount { try rows.append(columns.map { .text($0[row]) }) }
      let again = try CSVTable(rows.text)
      #expect(again.columns == table.columns && again.rowCount == table.rowCount)
      #expect(try table.columns.map { try again.strings($0) } == columns)
      if table.contains("T") { _ = try table.ints("T") }
      if table.contains("mass") { _ = try table.optionalDoubles("mass") }
    }
    #expect(100...5_900 ~= accepted)
  }

  @Test func safetensors() throws {
    let path = folder.file("m.safetensors")
    var writer = SafetensorsWriter(metadata: [("format", "pt")])
    writer.add("w", shape: [2, 2], floats: [1, 2, 3, 4])
    writer.add("ids", shape: [3], int32s: [5, 6, 7])
    try writer.write(to: path)
    let valid = try FileSystem.read(path)
    let half = Array(#"{"h":{"dtype":"BF16","shape":[3],"data_offsets":[0,6]}}"#.utf8)
    let brain = [UInt8(half.count), 0, 0, 0, 0, 0, 0, 0] + half + [1, 2, 3, 4, 5, 6]
    let accepted = survive([valid, brain], count: 3_000) { bytes in
      let file = try SafetensorsFile.open(folder.file("x.safetensors", holding: bytes))
      for entry in file.entries {
        #expect(try file.withBytes(entry.name) { $0.count } == entry.count * entry.type.size)
        #expect(entry.shape.reduce(1, *) == entry.count)
        if (try? file.floats(entry.name)) == nil { _ = try file.int32s(entry.name) }
      }
    }
    #expect(20...2_900 ~= accepted)
  }

  /// Inputs that make a careless reader recurse, overflow or allocate without bound.
  @Test func extremes() {
    for piece in [
      "[", "{a:", "[{'b':", "-", "1", "\"\\", "/*", "'\\u", "\u{FEFF}", "é", "a.", "0x",
    ] {
      let text = String(repeating: piece, count: 300_000 / piece.utf8.count)
      #expect(throws: JSONError.self) { try JSONValue.parse(text) }
    }
    let digits = String(repeating: "9", count: 1_000)
    #expect(throws: JSONError.self) { try JSONValue.parse(digits) }
    #expect(throws: JSONError.self) { try JSONValue.parse("1e\(digits)") }
    #expect(throws: Never.self) { try JSONValue.parse("0.\(digits.dropLast(2))") }
    let deep = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(throws: Never.self) { try JSONValue.parse(deep) }
    #expect(throws: CSVError.self) { try CSVTable(String(repeating: "\"", count: 300_001)) }
    #expect(throws: CSVError.self) { try CSVTable(String(repeating: ",", count: 300_000)) }
  }
}
