import DataFiles
import Testing

@testable import Tokenization

@Suite struct RefusalTests {
  /// A file of four tokens with one member written otherwise.
  func tokenizer(_ member: String = #""normalizer": null"#, model: String = "") throws -> Tokenizer
  {
    let model =
      model.isEmpty
      ? #"{"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}"# : model
    return try Tokenizer(
      JSONValue.parse("{\(member), \"model\": \(model)}", file: "tokenizer.json"),
      file: "tokenizer.json")
  }

  func sentence(_ member: String = #""normalizer": null"#, model: String = "") -> String {
    do {
      _ = try tokenizer(member, model: model)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func theSmallestFileWorks() throws {
    #expect(try tokenizer().encode("abab").tokens == [2, 2])
    // Characters without a token, and without one for the unknown, are left out.
    #expect(try tokenizer().encode("axb").tokens == [2])
  }

  @Test func whatIsNotSupportedIsNamed() {
    for (member, name) in [
      (
        #""pre_tokenizer": {"type": "BertPreTokenizer"}"#,
        "pre_tokenizer.type is \"BertPreTokenizer\""
      ),
      (#""normalizer": {"type": "Nmt"}"#, "normalizer.type is \"Nmt\""),
      (#""decoder": {"type": "CTC"}"#, "decoder.type is \"CTC\""),
      (
        #""post_processor": {"type": "BertProcessing"}"#,
        "post_processor.type is \"BertProcessing\""
      ),
      (
        #""pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Punctuation"}]}"#,
        "pre_tokenizer.pretokenizers[0].type is \"Punctuation\""
      ),
      (
        #""pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(?<=a)b"}, "behavior": "Isolated"}"#,
        "(?<"
      ),
      (
        #""pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\p{Han}+"}, "behavior": "Isolated"}"#,
        "\"Han\""
      ),
    ] {
      let sentence = sentence(member)
      #expect(sentence.contains(name), "\(sentence)")
      #expect(sentence.hasPrefix("tokenizer.json:1:") && sentence.hasSuffix("."))
    }
    for type in ["Unigram", "WordPiece"] {
      let sentence = sentence(model: #"{"type": "\#(type)", "vocab": {}}"#)
      #expect(sentence.contains("model.type is \"\(type)\", which is not supported"))
    }
  }

  @Test func contradictionsAreNamed() {
    for (model, name) in [
      (#"{"type": "BPE", "vocab": {"a": 0, "b": 0}, "merges": []}"#, "to both \"a\" and \"b\""),
      (#"{"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]}"#, "element 0"),
      (#"{"type": "BPE", "vocab": {"a": 0}, "merges": ["a  b"]}"#, "two tokens in its element 0"),
      (#"{"type": "BPE", "vocab": {"a": -1}, "merges": []}"#, "\"a\" a whole number"),
      (#"{"type": "BPE", "vocab": {"a": 1e18}, "merges": []}"#, "\"a\" a whole number"),
      (#"{"type": "BPE", "vocab": {"a": 0}, "merges": [], "dropout": 0.5}"#, "dropout"),
      (#"{"type": "BPE", "vocab": {"a": 0}, "merges": [], "unk_token": "u"}"#, "\"u\""),
      (#"{"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "u"}"#, "\"u\""),
      (#"{"type": "BPE", "vocab": {"a": 0}, "merges": [], "surprise": 1}"#, "surprise"),
      (#"{"type": "BPE", "vocab": {"a": 0, "b": 1}}"#, "merges"),
    ] {
      let sentence = sentence(model: model)
      #expect(sentence.contains(name), "\(sentence)")
    }
    #expect(
      sentence(#""added_tokens": [{"content": "ab", "id": 7}]"#).contains(
        "is 7, but the vocabulary has that token as 2"))
    let missing = "\(Result { try Tokenizer(JSONValue.parse("{}"), file: "x.json") })"
    #expect(missing.contains("model"))
  }

  @Test func brokenPatternsAreRefusedWithTheirPlace() {
    for pattern in [
      "(", ")", "[", "a{", "*", "a{3,1}", #"\"#, #"\p{"#, #"\p{Qq}"#, "(a*)*", "(?:a|b*)+", "^a",
      #"a\b"#,
      #"(a)\1"#, "[z-a]", "(?P<n>a)", "[[:alpha:]]", #"\x{110000}"#, "((a{1000}){1000}){1000}",
      String(repeating: "(", count: 500), String(repeating: "[", count: 500),
    ] {
      #expect(throws: PatternError.self, "\(pattern)") { try SplitPattern(pattern) }
    }
  }

  @Test func matchesFollowTheOrderOfAlternatives() throws {
    let cases: [(String, String, [String])] = [
      ("a|ab", "ab", ["a"]), ("ab|a", "ab", ["ab"]), ("a+?b", "aab", ["aab"]),
      ("a{2,3}", "aaaaa", ["aaa", "aa"]), ("a{2}", "aaaaa", ["aa", "aa"]),
      ("a*+a", "aaa", []), ("(?>a*)b|a", "aab", ["aab"]), ("a(?=b)", "abac", ["a"]),
      ("a(?!b)", "abac", ["a"]), ("(?i:straße)", "STRASSE Straße", ["Straße"]),
      ("[^a-c]+", "abcdefcba", ["def"]), (#"[\p{L}&&[^a]]+"#, "abca1", ["bc"]),
      (#"\P{L}"#, "a1b", ["1"]), (#"\p{^L}"#, "a1b", ["1"]), ("é", "e\u{301}é", ["é"]),
      (#"\x41|\x{1F642}|\u00e9"#, "A🙂é", ["A", "🙂", "é"]), (".", "a\nb", ["a", "b"]),
      ("(?:ab){1,}c", "ababc", ["ababc"]), ("x{0}y", "xy", ["y"]), ("[]a]+", "]a[", ["]a"]),
      ("(?i:a(?-i:b))", "AbAB", ["Ab"]),
    ]
    for (pattern, text, expected) in cases {
      let bytes = Array(text.utf8)
      let found = try SplitPattern(pattern).matches(in: text)
      #expect(
        found.map { Array(bytes[$0]) } == expected.map { Array($0.utf8) }, "\(pattern) in \(text)")
    }
  }

  @Test func patternsThatFailEverywhereTakeLinearTime() throws {
    // Each of these would take 10¹² steps if every place began anew.
    let text = String(repeating: " ", count: 1 << 20) + "x"
    #expect(try SplitPattern(#"\s+y"#).matches(in: text).isEmpty)
    #expect(try SplitPattern(#"\s*[\r\n]|\s"#).matches(in: text).count == 1 << 20)
  }

  @Test func damagedFilesEndInAnErrorOrATokenizer() throws {
    for name in ["words", "gpt2"] {
      let whole = try FileSystem.read(Goldens.path(name))
      // The head of the file holds the stages, its tail the last merges.
      var generator = Generator(state: 7)
      for round in 0..<(name == "words" ? 3000 : 60) {
        var bytes = whole
        for _ in 0..<1 + round % 3 {
          let span = name == "words" ? bytes.count : 1600
          let place = Int(generator.next() % UInt64(span))
          switch generator.next() % 3 {
          case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
          case 1: bytes.remove(at: place)
          default: bytes.insert(UInt8(generator.next() % 96 + 32), at: place)
          }
        }
        guard let value = try? JSONValue.parse(bytes, file: "damaged") else { continue }
        do throws(JSONError) {
          let tokenizer = try Tokenizer(value, file: "damaged")
          _ = tokenizer.encode("amber birch aren't <|endoftext|> é 12")
        } catch {
          #expect("\(error)".hasPrefix("damaged"))
        }
      }
    }
  }

  /// A linear congruential generator, so that a failure comes back.
  struct Generator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
  }
}
