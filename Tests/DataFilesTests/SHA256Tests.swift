import DataFiles
import TestSupport
import Testing

@Suite struct SHA256Tests {
  /// The examples that come with the standard (FIPS 180-4), and the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func agreesWithTheStandard(_ sample: (text: String, hash: String)) throws {
    #expect(SHA256.hex(of: sample.text) == sample.hash)
    let folder = try! TemporaryFolder()
    #expect(try SHA256.hex(ofFile: folder.file("f", holding: sample.text)) == sample.hash)
  }

  /// The standard's long example.
  @Test func hashesAMillionLetters() {
    #expect(
      SHA256.hex(of: [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func doesNotDependOnThePieces() {
    let message = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 37) }
    for length in 0...300 {
      var hash = SHA256()
      var (start, piece) = (0, 1)
      while start < length {
        let end = min(length, start + piece)
        hash.update(Array(message[start..<end]))
        (start, piece) = (end, piece * 3 % 71)
      }
      #expect(hash.hex == SHA256.hex(of: Array(message[..<length])))
      #expect(hash.digest().count == 32)
    }
  }
}
