import DataFiles
import Testing

@Suite struct JSONWriterTests {
  @Test func writesCompactly() throws {
    var json = JSONWriter()
    try json.object { json in
      json.member("text", "q\"\\/\n\t\u{1}é😀")
      json.member("count", -3)
      json.member("seed", UInt64.max)
      json.member("yes", true)
      try json.member("rate", 1e-3)
      try json.member("float", Float(0.1))
      json.member("tokens", int32s: [1, -2, .max, .min])
      try json.member("doubles", doubles: [0.5, 3])
      try json.member("floats", floats: [0.1])
      json.member("words", strings: ["a"])
      json.object("empty") { _ in }
      json.array("list") { json in
        json.appendNull()
        json.append(UInt8(7))
        json.array { _ in }
      }
    }
    #expect(
      json.text
        == #"{"text":"q\"\\/\n\t\u0001é😀","count":-3,"seed":18446744073709551615,"yes":true,"#
        + #""rate":0.001,"float":0.1,"tokens":[1,-2,2147483647,-2147483648],"doubles":[0.5,3.0],"#
        + #""floats":[0.1],"words":["a"],"empty":{},"list":[null,7,[]]}"#)
  }

  @Test func indentsForReaders() throws {
    let value: JSONValue = ["a": 1, "b": [["c": [:]], []], "d": .init(.integers([1, 2]))]
    let text = try value.text(indentation: 2)
    #expect(
      text == """
        {
          "a": 1,
          "b": [
            {
              "c": {}
            },
            []
          ],
          "d": [1,2]
        }
        """)
    #expect(try JSONValue.parse(text) == value)
  }

  @Test func refusesNumbersThatJSONCannotHold() {
    for number in [Double.nan, .infinity, -.infinity] {
      let error = #expect(throws: JSONWriter.NotFinite.self) {
        var json = JSONWriter()
        try json.object { json in try json.member("loss", doubles: [1, number]) }
      }
      #expect(error?.key == "loss")
    }
    #expect(throws: JSONWriter.NotFinite.self) {
      var json = JSONWriter()
      try json.append(Float.nan)
    }
  }

  @Test func startsAfreshAfterAnAbandonedText() throws {
    var json = JSONWriter()
    try? json.object { json in try json.member("loss", Double.nan) }
    json.removeAll()
    json.append("next")
    #expect(json.text == #""next""#)
  }

  /// Every double, float and whole number reads back with the same bits.
  @Test func numbersRoundTrip() throws {
    var state: UInt64 = 1
    for _ in 0..<5_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      #expect(try roundTrip { $0.append(state) }.uint64 == state)
      let integer = Int(bitPattern: UInt(state))
      #expect(try roundTrip { $0.append(integer) }.int == integer)
      let double = Double(bitPattern: state)
      if double.isFinite {
        #expect(try roundTrip { try $0.append(double) } == JSONValue(.double(double)))
      }
      let float = Float(bitPattern: UInt32(state >> 32))
      if float.isFinite {
        #expect(try Float(roundTrip { try $0.append(float) }.double ?? .nan) == float)
      }
    }
  }

  private func roundTrip(_ write: (inout JSONWriter) throws -> Void) throws -> JSONValue {
    var json = JSONWriter()
    try write(&json)
    return try JSONValue.parse(json.text)
  }

  @Test func longTokenArraysRoundTripPacked() throws {
    let tokens = (0..<200_000).map { Int32(truncatingIfNeeded: $0 &* 7919) % 64 }
    var json = JSONWriter()
    json.append(int32s: tokens)
    let read = try JSONValue.parse(json.bytes, file: "tokens")
    guard case .integers(let integers) = read.content else {
      Issue.record("not packed")
      return
    }
    #expect(integers.elementsEqual(tokens.lazy.map(Int.init)))
  }
}
