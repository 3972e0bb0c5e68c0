import DataFiles
import Foundation
import Testing
import Tokenization

/// Agreement of the normalisation forms with Unicode; `Tests/Peers/make_normalization.py` makes the goldens.
@Suite struct NormalizationTests {
  static let forms = ["NFC", "NFD", "NFKC", "NFKD"]

  let goldens: JSONValue

  init() throws { goldens = try JSONValue.read(Goldens.path("normalization")) }

  /// A tokenizer that normalises text and then knows nothing but bytes, so that decoding gives the text in
  /// that form.
  static func tokenizer(_ form: String) throws -> Tokenizer {
    // The characters that stand for bytes in byte-level vocabularies.
    let plain = Array(0x21...0x7E) + Array(0xA1...0xAC) + Array(0xAE...0xFF)
    var names = plain
    for byte in 0..<256 where !plain.contains(byte) {
      names.append(256 + names.count - plain.count)
    }
    let entries = try names.enumerated().map { place, name in
      "\(quoted(String(try #require(Unicode.Scalar(UInt32(name)))))): \(place)"
    }
    return try Tokenizer(
      JSONValue.parse(
        """
        {"version": "1.0", "added_tokens": [], "normalizer": {"type": "\(form)"},
         "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
                           "use_regex": false},
         "post_processor": null,
         "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true,
                     "use_regex": true},
         "model": {"type": "BPE", "vocab": {\(entries.joined(separator: ", "))}, "merges": []}}
        """), file: form)
  }

  private static func quoted(_ text: String) -> String {
    text == "\"" || text == "\\" ? "\"\\\(text)\"" : "\"\(text)\""
  }

  private func normalized(_ text: String, _ tokenizer: Tokenizer) -> [UInt8] {
    Array(tokenizer.decode(tokenizer.encode(text).tokens).utf8)
  }

  private func digest(_ bytes: [UInt8]) -> String { String(SHA256.hex(of: bytes).prefix(16)) }

  @Test(arguments: forms.indices) func everyCodePointHasItsForm(_ form: Int) throws {
    let tokenizer = try Self.tokenizer(Self.forms[form])
    let blocks = try #require(goldens["blocks"])
    // Planes 4 to 13 and the private ones hold no characters that change; their first block stands for them.
    let starts =
      Array(stride(from: UInt32(0), to: 0x40000, by: 0x1000)) + [0xA0000, 0xE0000, 0xF0000]
    var changed = 0
    for start in starts {
      var text = String.UnicodeScalarView()
      for value in start..<start + 0x1000 {
        guard let scalar = Unicode.Scalar(value) else { continue }
        text.append(scalar)
        text.append("\n")
      }
      let name = String(start, radix: 16, uppercase: true)
      let found = digest(normalized(String(text), tokenizer))
      let expected = blocks[name]?.elements?[form].string
      if expected != nil { changed += 1 }
      #expect(
        found == expected ?? digest(Array(String(text).utf8)), "\(Self.forms[form]) of U+\(name)…")
    }
    #expect(changed == blocks.members?.count)
  }

  @Test(arguments: forms.indices) func randomStringsHaveTheirForm(_ form: Int) throws {
    let tokenizer = try Self.tokenizer(Self.forms[form])
    for example in try #require(goldens["examples"]?.elements) {
      let texts = (example.elements ?? []).compactMap(\.string)
      let scalars = texts[0].unicodeScalars.map { String($0.value, radix: 16) }
      #expect(
        normalized(texts[0], tokenizer) == Array(texts[1 + form].utf8),
        "\(Self.forms[form]) of \(scalars)")
    }
    let letters = Array(try #require(goldens["letters"]?.string).unicodeScalars)
    let marks = Array(try #require(goldens["marks"]?.string).unicodeScalars)
    let pools = [letters, marks, marks.filter { $0.value < 0x370 }]
    var state = 1
    func draw(_ bound: Int) -> Int {
      state = (state * 1_103_515_245 + 12345) % (1 << 31)
      return (state >> 8) % bound
    }
    for hashes in try #require(goldens["strings"]?.elements) {
      var bytes: [UInt8] = []
      for _ in 0..<1000 {
        var text = String.UnicodeScalarView()
        for _ in 0..<1 + draw(2) { text.append(letters[draw(letters.count)]) }
        let pool = pools[draw(3)]
        for _ in 0..<draw(7) { text.append(pool[draw(pool.count)]) }
        bytes += normalized(String(text), tokenizer) + [UInt8(ascii: "\n")]
      }
      #expect(digest(bytes) == hashes.elements?[form].string)
    }
  }

  /// Unicode's own test file, where the environment names one: Debian's package `unicode-data` has it.
  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["NORMALIZATION_TEST"] != nil),
    arguments: forms.indices)
  func unicodesOwnTestPasses(_ form: Int) throws {
    let path = try #require(ProcessInfo.processInfo.environment["NORMALIZATION_TEST"])
    let text = String(decoding: try FileSystem.read(path), as: UTF8.self)
    let tokenizer = try Self.tokenizer(Self.forms[form])
    var lines = 0
    for line in text.split(separator: "\n") where !line.hasPrefix("#") && !line.hasPrefix("@") {
      let columns = line.split(separator: ";").prefix(5).map { column in
        var text = String.UnicodeScalarView()
        text.append(
          contentsOf: column.split(separator: " ").compactMap {
            UInt32($0, radix: 16).flatMap(Unicode.Scalar.init)
          })
        return String(text)
      }
      // The columns are a source, its NFC, NFD, NFKC and NFKD.
      let isCompatible = form >= 2
      for (place, source) in columns.enumerated() {
        let target = isCompatible || place >= 3 ? 3 + form % 2 : 1 + form
        #expect(
          normalized(source, tokenizer) == Array(columns[target].utf8),
          "\(Self.forms[form]) of column \(place + 1): \(line)")
      }
      lines += 1
    }
    #expect(lines > 18_000)
  }

  @Test func longRunsOfMarksTakeNoSquareOfTime() throws {
    let tokenizer = try Self.tokenizer("NFC")
    let run = String(repeating: "\u{301}\u{323}", count: 20_000)
    let found = normalized("a" + run, tokenizer)
    #expect(found.count == "ạ".utf8.count + 2 * 39_999)
  }
}
