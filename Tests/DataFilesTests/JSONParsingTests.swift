import DataFiles
import Testing

@Suite struct JSONParsingTests {
  @Test(
    arguments: [
      ("null", .null), ("true", true), (" false ", false), ("12", 12), ("-7", -7), ("+7", 7),
      ("0x1F", 31), ("-0xff", -255), (".5", 0.5), ("5.", 5.0), ("-.5e1", -5.0), ("1e3", 1000.0),
      ("5.e-1", 0.5), ("Infinity", .init(.double(.infinity))),
      ("-Infinity", .init(.double(-.infinity))), ("9223372036854775807", 9_223_372_036_854_775_807),
      ("-9223372036854775808", -9_223_372_036_854_775_808),
      ("18446744073709551615", .init(.unsigned(.max))), ("1e-400", 0.0),
      ("'single \"quoted\"'", "single \"quoted\""),
      (#""tab\tA\u00e9\x41\0\v""#, "tab\tAé\u{41}\0\u{B}"),
      (#""\ud83d\ude00 😀""#, "😀 😀"), ("'a\\\nb\\\r\nc'", "abc"), (#"'\q\''"#, "q'"),
      ("[]", []), ("[1, 2,]", [1, 2]), ("[[], {}, [1]]", [[], [:], [1]]), ("{}", [:]),
      ("{a: 1, 'b c': [2], \"d\": {$e_1: null},}", ["a": 1, "b c": [2], "d": ["$e_1": .null]]),
      ("// note\n{/* x */ größe: 1 /* y */}", ["größe": 1]), ("\u{FEFF}\u{A0}[1]\u{2028}", [1]),
      (#"{\u0061b: 1}"#, ["ab": 1]), ("[1, 2.5, 'x']", [1, 2.5, "x"]),
      ("[1, /* two */ 2]", [1, 2]),
    ] as [(String, JSONValue)])
  func readsJSON5(_ sample: (text: String, value: JSONValue)) throws {
    #expect(try JSONValue.parse(sample.text) == sample.value)
  }

  @Test func readsNaN() throws {
    #expect(try JSONValue.parse("NaN").double?.isNaN == true)
  }

  @Test(arguments: [
    ("", 1, 1, "a value"), ("[1, 2", 1, 6, "comma or ]"), ("{a: 1", 1, 6, "comma or }"),
    ("{a 1}", 1, 4, "colon"), ("{1: 2}", 1, 2, "key"), ("[1,,2]", 1, 4, "a value"),
    ("[1] 2", 1, 5, "end of the text"), ("{\n  a: 1,\n  a: 2}", 3, 3, "stands twice"),
    ("'open", 1, 1, "closing quote"), ("'line\nbreak'", 1, 1, "closing quote"),
    ("/* open", 1, 1, "closing */"), ("01", 1, 1, "not a number"), ("1.2.3", 1, 1, "not a number"),
    ("-", 1, 1, "not a number"), ("0x", 1, 1, "not a number"), ("12ab", 1, 1, "not a number"),
    ("1e", 1, 1, "not a number"), ("1e999", 1, 1, "too large"),
    ("0x10000000000000000", 1, 1, "too large"), (#"'\u12'"#, 1, 2, "escape"),
    (#"'\ud800'"#, 1, 2, "escape"), (#"'\1'"#, 1, 2, "escape"), ("nul", 1, 1, "a value"),
    ("trueish", 1, 1, "a value"), ("é: 1", 1, 1, "a value"), ("'é', x", 1, 4, "end of the text"),
    (String(repeating: "[", count: 200), 1, 129, "more than 128 deep"),
    (String(repeating: "{a:", count: 100_000), 1, 385, "more than 128 deep"),
  ])
  func saysWhatIsWrongAndWhere(_ sample: (text: String, line: Int, column: Int, words: String)) {
    let error = #expect(throws: JSONError.self) {
      try JSONValue.parse(sample.text, file: "spec.json5")
    }
    #expect(error?.location == TextLocation(line: sample.line, column: sample.column))
    #expect(error?.description.contains(sample.words) == true, "\(error!)")
    #expect(
      error?.description.hasPrefix("spec.json5:\(sample.line):\(sample.column): ") == true)
  }

  @Test func rejectsBytesThatAreNotUTF8() {
    let error = #expect(throws: JSONError.self) {
      try JSONValue.parse(Array("[\n'".utf8) + [0xC3, 0x28] + Array("']".utf8), file: "f")
    }
    #expect(error?.problem == .notUTF8)
    #expect(error?.location == TextLocation(line: 2, column: 2))
  }

  @Test func knowsThePlaceOfEveryNode() throws {
    let value = try JSONValue.parse("{\n  a: [1,\r\n    'é', 2.5],\r  b: true\n}")
    #expect(value.location == TextLocation(line: 1, column: 1))
    #expect(value.members?.map(\.keyLocation.line) == [2, 4])
    #expect(
      value["a"]?.elements?.map(\.location)
        == [.init(line: 2, column: 7), .init(line: 3, column: 5), .init(line: 3, column: 10)])
    #expect(value["b"]?.location == TextLocation(line: 4, column: 6))
  }

  @Test func keepsKeyOrderAndFindsRepeatsAmongManyKeys() throws {
    let keys = (0..<500).map { "key\(($0 * 7919) % 500)" }
    let text = keys.map { "\($0): 1" }.joined(separator: ",")
    #expect(try JSONValue.parse("{\(text)}").members?.map(\.key) == keys)
    let error = #expect(throws: JSONError.self) {
      try JSONValue.parse("{\(text), \(keys[30]): 2}")
    }
    guard case .duplicateKey(keys[30], _) = error?.problem else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// The nearest double, as the standard library reads it, on literals of every length.
  @Test func roundsLikeTheStandardLibrary() throws {
    var state: UInt64 = 7
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let double = Double(bitPattern: state)
      guard double.isFinite else { continue }
      let digits = "\(state >> 20)".prefix(Int(state % 12) + 1)
      let short = "\(digits).\(state % 1000)e\(Int(state >> 32 % 60) % 30 - 15)"
      for text in ["\(double)", short] {
        #expect(try JSONValue.parse(text).double?.bitPattern == Double(text)?.bitPattern)
      }
    }
    #expect(try JSONValue.parse("-0").double?.sign == .minus)
  }
}
