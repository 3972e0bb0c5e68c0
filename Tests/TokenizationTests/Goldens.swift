import DataFiles
import Foundation
import Testing

@testable import Tokenization

/// What Hugging Face tokenizers make of hard texts; `Tests/Peers/make_tokenizers.py` records it.
struct Goldens {
  /// What one tokenizer makes of them.
  struct Record {
    var tokens: [[Int32]]
    /// Starts and ends in characters, one after the other; nil where the text was normalised.
    var offsets: [[Int]?]
    var decoded: [String]
    var decodedWithoutSpecial: [String]
    var withSpecialTokens: [[Int32]]
    var invalid: [[Int32]]
    var long: [(recipe: JSONValue, count: Int, hash: String)]
  }

  static let shared = Result { try Goldens() }

  let texts: [String]
  let invalid: [[UInt8]]
  let patterns: [(name: String, pattern: String, lengths: [[Int]])]
  private let recipes: [JSONValue]
  private let tokenizers: JSONValue

  static let names = [
    "qwen", "llama3", "gpt2", "gpt2-prefix", "digits", "gpt4o", "sentencepiece", "unknowns",
    "words",
  ]

  static func path(_ name: String) throws -> String {
    try #require(
      Bundle.module.path(forResource: name, ofType: "json", inDirectory: "Fixtures"))
  }

  static func tokenizer(_ name: String) throws -> Tokenizer {
    try Tokenizer(path: path(name))
  }

  private init() throws {
    let value = try JSONValue.read(Self.path("goldens"))
    texts = try Self.strings(value["texts"])
    invalid = try Self.strings(value["invalid"]).map { text in
      text.split(separator: " ").compactMap { UInt8($0, radix: 16) }
    }
    recipes = try #require(value["long"]?.elements)
    patterns = try #require(value["patterns"]?.members).map { member in
      (
        member.key, try #require(member.value["pattern"]?.string),
        try Self.lists(member.value["lengths"])
      )
    }
    tokenizers = try #require(value["tokenizers"])
  }

  func record(_ name: String) throws -> Record {
    let value = try #require(tokenizers[name])
    let decoded = zip(try #require(value["decoded"]?.elements), texts).map { $0.string ?? $1 }
    var without = decoded
    for member in try #require(value["without_special_tokens"]?.members) {
      without[try #require(Int(member.key))] = try #require(member.value.string)
    }
    var long: [(JSONValue, Int, String)] = []
    for member in try #require(value["long"]?.members) {
      long.append(
        (
          recipes[try #require(Int(member.key))], try #require(member.value["count"]?.int),
          try #require(member.value["sha256"]?.string)
        ))
    }
    return Record(
      tokens: try Self.tokens(value["ids"]),
      offsets: value["offsets"]?.elements?.map(\.ints) ?? texts.map { _ in nil },
      decoded: decoded, decodedWithoutSpecial: without,
      withSpecialTokens: try Self.tokens(value["with_special_tokens"]),
      invalid: try Self.tokens(value["invalid"]), long: long)
  }

  private static func strings(_ value: JSONValue?) throws -> [String] {
    try #require(value?.elements).map { try #require($0.string) }
  }

  private static func lists(_ value: JSONValue?) throws -> [[Int]] {
    try #require(value?.elements).map { try #require($0.ints) }
  }

  private static func tokens(_ value: JSONValue?) throws -> [[Int32]] {
    try lists(value).map { $0.map(Int32.init) }
  }

  /// The text of a recipe.
  static func text(_ recipe: JSONValue) throws -> String {
    let count = try #require(recipe["count"]?.int)
    if let repeated = recipe["repeat"]?.string {
      return String(repeating: repeated, count: count) + (recipe["end"]?.string ?? "")
    }
    let letters = Array(try #require(recipe["letters"]?.string).unicodeScalars)
    let multiplier = try #require(recipe["multiplier"]?.int)
    var state = 1
    var text = String.UnicodeScalarView()
    for _ in 0..<count {
      state = (state * multiplier + 12345) % (1 << 31)
      text.append(letters[(state >> 16) % letters.count])
    }
    return String(text)
  }
}

/// Offsets in characters of ranges in bytes: every character that a range holds any of.
struct CharacterPlaces {
  private var starts: [Int] = []

  init(_ text: String) {
    for (number, scalar) in text.unicodeScalars.enumerated() {
      starts += Array(repeating: number, count: UTF8.width(scalar))
    }
  }

  func range(_ bytes: Range<Int>) -> [Int] {
    let count = (starts.last ?? -1) + 1
    let start = bytes.lowerBound < starts.count ? starts[bytes.lowerBound] : count
    let end = bytes.isEmpty ? start : starts[bytes.upperBound - 1] + 1
    return [start, end]
  }
}

extension SplitPattern {
  /// The matches in a text, in bytes.
  func matches(in text: String) -> [Range<Int>] {
    let bytes = Array(text.utf8)
    var ranges: [Range<Int>] = []
    forEachMatch(in: bytes, bytes.indices) { ranges.append($0) }
    return ranges
  }
}
