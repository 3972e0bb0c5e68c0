import DataFiles
import Testing

@Suite struct TokenizerNameTests {
  private func name(_ line: String) throws -> TokenizerName? {
    var reader = try JSONObjectReader(JSONValue.parse(line, file: "t.jsonl"), file: "t.jsonl")
    return try TokenizerName(of: &reader)
  }

  @Test func whatIsWrittenReadsBack() throws {
    let written = TokenizerName(file: "a/b.json", hash: SHA256.hex(of: "x"))
    var json = JSONWriter()
    json.object { json in json.object("tokenizer") { written.writeMembers(to: &$0) } }
    #expect(try name(json.text) == written)
    #expect(written.short == "a/b.json, \(written.hash.prefix(12))")
  }

  /// Files of others call many things a tokenizer.
  @Test(arguments: ["{}", #"{"tokenizer": "gpt-4"}"#, #"{"tokenizer": {"name": "gpt-4"}}"#])
  func otherMembersNameNone(_ line: String) throws { #expect(try name(line) == nil) }

  @Test func hashesAreChecked() {
    for hash in ["", "abc", String(repeating: "g", count: 64)] {
      #expect(throws: JSONError.self) {
        try name("{\"tokenizer\": {\"file\": \"f\", \"sha256\": \"\(hash)\"}}")
      }
    }
  }
}
