import DataFiles
import Foundation
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  private let folder = try! TemporaryFolder()

  /// A file with this header text and data, however wrong.
  private func file(_ header: String, data: [UInt8] = [], claim: UInt64? = nil) -> String {
    let length = withUnsafeBytes(of: (claim ?? UInt64(header.utf8.count)).littleEndian) {
      Array($0)
    }
    return folder.file("t.safetensors", holding: length + Array(header.utf8) + data)
  }

  @Test func roundTrips() throws {
    let path = folder.file("model.safetensors")
    var writer = SafetensorsWriter(metadata: [("format", "pt"), ("note", "é \"x\"")])
    writer.add("w", shape: [2, 3], floats: [1, -2.5, 0, .infinity, 1e-40, .pi])
    writer.add("ids", shape: [3], int32s: [1, .min, .max])
    writer.add("scalar", shape: [], floats: [7])
    writer.add("empty", shape: [0, 5], floats: [])
    try writer.write(to: path)

    let bytes = try FileSystem.read(path)
    let length = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    #expect(length % 8 == 0)
    #expect(bytes[8] == UInt8(ascii: "{"))

    let file = try SafetensorsFile.open(path)
    #expect(file.names == ["w", "ids", "scalar", "empty"])
    #expect(file.metadata == ["format": "pt", "note": "é \"x\""])
    #expect(try file.shape("w") == [2, 3])
    #expect(try file.entry("ids").type == .int32)
    #expect(try file.floats("w") == [1, -2.5, 0, .infinity, 1e-40, .pi])
    #expect(try file.int32s("ids") == [1, .min, .max])
    #expect(try file.floats("scalar") == [7])
    #expect(try file.floats("empty").isEmpty)
    #expect(try file.withBytes("scalar") { Array($0) } == [0, 0, 0xE0, 0x40])
    #expect(try folder.names == ["model.safetensors"])
  }

  /// All 65 536 half-precision and bfloat16 numbers, at an odd offset.
  @Test func convertsEveryShortFloat() throws {
    let bits = (0...UInt16.max).map { $0 }
    let data = bits.withUnsafeBytes { Array($0) }
    let path = file(
      #"{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""h":{"dtype":"F16","shape":[65536],"data_offsets":[1,131073]},"#
        + #""g":{"dtype":"BF16","shape":[65536],"data_offsets":[131073,262145]}}"#,
      data: [0] + data + data)
    let opened = try SafetensorsFile.open(path)
    let (halves, brains) = (try opened.floats("h"), try opened.floats("g"))
    for pattern in bits {
      let (half, brain) = (halves[Int(pattern)], brains[Int(pattern)])
      let expected = Float(Float16(bitPattern: pattern))
      if expected.isNaN {
        #expect(half.isNaN)
      } else {
        #expect(half.bitPattern == expected.bitPattern)
      }
      #expect(brain.bitPattern == UInt32(pattern) << 16)
    }
  }

  @Test func convertsTheOtherTypes() throws {
    let path = file(
      #"{"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"#
        + #""q":{"dtype":"I64","shape":[2],"data_offsets":[8,24]},"#
        + #""u":{"dtype":"U8","shape":[2],"data_offsets":[24,26]}}"#,
      data: withUnsafeBytes(of: 0.1) { Array($0) }
        + withUnsafeBytes(of: (Int64(-5), Int64(1) << 40)) { Array($0) } + [3, 255])
    let opened = try SafetensorsFile.open(path)
    #expect(try opened.floats("d") == [0.1])
    #expect(try opened.int32s("u") == [3, 255])
    #expect(throws: SafetensorsError(file: path, problem: .notInt32(tensor: "q", element: 1))) {
      try opened.int32s("q")
    }
    #expect(throws: SafetensorsError.self) { try opened.int32s("d") }
    #expect(throws: SafetensorsError.self) { try opened.floats("u") }
    let missing = #expect(throws: SafetensorsError.self) { try opened.floats("dd") }
    #expect(missing?.problem == .noSuchTensor("dd", suggestion: "d"))
  }

  private static let one = #"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#

  @Test(
    arguments: [
      (one, 7, nil, "holds only 7"), (one, 9, nil, "1 bytes at its end"),
      (one, 8, UInt64.max, "cut off"), (one, 8, 1 << 60, "cut off"), (one, 8, 62, "header"),
      (one, 8, 3, "malformed"), ("", 0, nil, "malformed"), ("[]", 0, nil, "must be an object"),
      ("{", 0, nil, "malformed"),
      (#"{"w":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}"#, 8, nil, "\"F31\""),
      (#"{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8, nil, "shape"),
      (#"{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}"#, 8, nil, "shape"),
      (#"{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, nil, "need 12"),
      (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, nil, "data_offsets"),
      (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, 8, nil, "data_offsets"),
      (#"{"w":{"dtype":"F32","shape":[2]}}"#, 8, nil, "w.data_offsets is missing"),
      (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}"#, 8, nil, "known key"),
      (
        #"{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0, nil,
        "more elements"
      ),
      (
        #"{"w":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}"#, 0, nil,
        "more elements"
      ),
      (
        #"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
          + #""v":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12, nil, "overlap"
      ),
      (
        #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, nil,
        "4 bytes before the tensor"
      ),
      (
        #"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
          + #""w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 8, nil, "stands twice"
      ),
      (#"{"__metadata__":{"a":1}}"#, 0, nil, "must be a string"),
    ] as [(String, Int, UInt64?, String)])
  func refusesWhatIsNotWhole(
    _ sample: (header: String, data: Int, claim: UInt64?, words: String)
  ) {
    let path = file(
      sample.header, data: [UInt8](repeating: 0, count: sample.data), claim: sample.claim)
    let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile.open(path) }
    #expect(error?.description.contains(sample.words) == true, "\(error!)")
  }

  @Test func refusesWhatIsNoSuchFile() {
    let short = folder.file("short", holding: [1, 2, 3])
    #expect(throws: SafetensorsError(file: short, problem: .tooShort(bytes: 3))) {
      try SafetensorsFile.open(short)
    }
    #expect(throws: FileSystemError.notAFile(path: folder.path)) {
      try SafetensorsFile.open(folder.path)
    }
    #expect(throws: FileSystemError.refused(.open, path: folder.file("none"), code: ENOENT)) {
      try SafetensorsFile.open(folder.file("none"))
    }
  }

  /// Tensors that are made when they are written give the same file.
  @Test func tensorsCanBeMadeLate() throws {
    let floats: [Float] = [1, -2, 3.5, 4]
    var now = SafetensorsWriter(metadata: [("format", "pt")])
    now.add("a", shape: [2, 2], floats: floats)
    now.add("b", shape: [], floats: [9])
    let path = folder.file("now.safetensors", holding: [])
    try now.write(to: path)
    var late = SafetensorsWriter(metadata: [("format", "pt")])
    late.add("a", shape: [2, 2], floatsFrom: { floats })
    late.add("b", shape: [], floatsFrom: { [9] })
    let other = folder.file("late.safetensors", holding: [])
    try late.write(to: other)
    #expect(try FileSystem.read(other) == FileSystem.read(path))
  }
}
