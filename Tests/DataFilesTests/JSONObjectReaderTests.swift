import DataFiles
import Testing

@Suite struct JSONObjectReaderTests {
  private func reader(_ text: String) throws -> JSONObjectReader {
    try JSONObjectReader(JSONValue.parse(text, file: "r.json5"), file: "r.json5")
  }

  private enum Haystack: String, CaseIterable { case noise, repeated, needles }

  @Test func readsEveryType() throws {
    var r = try reader(
      """
      {steps: 32, rate: 1e-3, whole: 3.0, seed: 18446744073709551615, fast: true, name: 'a',
       haystack: 'needles', lengths: [1, 2], mixed: [1, 2.5], words: ['x'], model: {layers: 2},
       parts: [{a: 1}, {a: 2}], rest: [null], none: null}
      """)
    #expect(try r.int("steps", in: 1...100) == 32)
    #expect(try r.double("rate", above: 0) == 1e-3)
    #expect(try r.int("whole") == 3)
    #expect(try r.uint64("seed") == .max)
    #expect(try r.bool("fast"))
    #expect(try r.string("name", oneOf: ["a", "b"]) == "a")
    #expect(try r.choice("haystack", of: Haystack.self) == .needles)
    #expect(try r.ints("lengths") == [1, 2])
    #expect(try r.int32s("lengths") == [1, 2])
    #expect(try r.doubles("lengths") == [1, 2])
    #expect(try r.doubles("mixed") == [1, 2.5])
    #expect(try r.strings("words") == ["x"])
    var model = try r.object("model")
    #expect(try model.int("layers") == 2)
    try model.finish()
    #expect(
      try r.objects("parts").map {
        var part = $0
        return try part.int("a")
      } == [1, 2])
    #expect(try r.array("rest") == [.null])
    #expect(try r.ifPresent("none") { try $0.int($1) } == nil)
    #expect(try r.ifPresent("absent") { try $0.int($1) } == nil)
    #expect(try r.ifPresent("steps") { try $0.int($1) } == 32)
    try r.finish()
  }

  @Test func fallsBackToDefaults() throws {
    var r = try reader("{}")
    #expect(try r.int("a", default: 5) == 5)
    #expect(try r.uint64("b", default: 6) == 6)
    #expect(try r.double("c", default: 0.5) == 0.5)
    #expect(try r.bool("d", default: true))
    #expect(try r.string("e", default: "x") == "x")
    #expect(try r.choice("f", default: Haystack.noise) == .noise)
    #expect(try r.ints("g", default: [1]) == [1])
    #expect(try r.int32s("h", default: [2]) == [2])
    #expect(try r.doubles("i", default: [0.5]) == [0.5])
    #expect(try r.strings("j", default: ["y"]) == ["y"])
    #expect(try r.array("k", default: [1]) == [1])
    #expect(try r.objects("l", isOptional: true).isEmpty)
    try r.finish()
  }

  /// Runs `read` on `text`, which must fail with exactly this sentence.
  private func expectError(
    _ text: String, _ sentence: String, _ read: (inout JSONObjectReader) throws -> Void,
    at location: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: JSONError.self, sourceLocation: location) {
      var r = try reader(text)
      try read(&r)
    }
    #expect(error?.description == sentence, sourceLocation: location)
  }

  @Test func namesPlaceMemberAndRemedy() {
    expectError("[1]", "r.json5:1:1: the text must be an object, but is an array.") { _ in }
    expectError("{\n steps: 0}", "r.json5:2:9: steps must be a whole number from 1 to 9, but is 0.")
    {
      _ = try $0.int("steps", in: 1...9)
    }
    expectError("{a: 1.5}", "r.json5:1:5: a must be a whole number of at least 0, but is 1.5.") {
      _ = try $0.int("a", in: 0 ... .max)
    }
    expectError("{a: 'x'}", "r.json5:1:5: a must be a number above 0, but is the string \"x\".") {
      _ = try $0.double("a", above: 0)
    }
    expectError("{a: NaN}", "r.json5:1:5: a must be a number that is finite, but is nan.") {
      _ = try $0.double("a")
    }
    expectError("{a: -1}", "r.json5:1:5: a must be a number from 0 to 1, but is -1.") {
      _ = try $0.double("a", in: 0...1)
    }
    expectError("{a: 1}", "r.json5:1:5: a must be true or false, but is 1.") {
      _ = try $0.bool("a")
    }
    expectError("{}", "r.json5:1:1: steps is missing; it is required.") { _ = try $0.int("steps") }
    expectError(
      "{a: 1,\n stpes: 3}",
      "r.json5:2:2: steps is missing; it is required (is \"stpes\" meant to be it?)."
    ) { _ = try $0.int("steps") }
    expectError(
      "{a: [1, 300]}", "r.json5:1:5: a[1] must be a whole number from 0 to 63, but is 300."
    ) {
      _ = try $0.int32s("a", in: 0...63)
    }
    expectError(
      "{a: {b: [1, true]}}",
      "r.json5:1:13: a.b[1] must be a number that is finite, but is true."
    ) {
      var a = try $0.object("a")
      _ = try a.doubles("b")
    }
    expectError(
      "{kind: 'noize'}",
      "r.json5:1:8: kind must be one of \"noise\", \"repeated\", \"needles\" (\"noise\"?), "
        + "but is the string \"noize\"."
    ) { _ = try $0.choice("kind", of: Haystack.self) }
    expectError(
      "{\n\n  stpes: 1}", "r.json5:3:3: stpes is not a known key (did you mean \"steps\"?)."
    ) {
      _ = try $0.int("steps", default: 1)
      try $0.finish()
    }
    expectError("{xyzzy: 1}", "r.json5:1:2: xyzzy is not a known key; known are steps, seed.") {
      _ = try $0.int("steps", default: 1)
      _ = try $0.uint64("seed", default: 1)
      try $0.finish()
    }
    expectError(
      "{'a\\nb': 1}", "r.json5:1:2: \"a\\u{a}b\" is not a known key; none is expected here."
    ) {
      try $0.finish()
    }
    expectError("{a: 3}", "r.json5:1:5: a must be even.") { throw $0.invalid("a", "must be even") }
  }
}
