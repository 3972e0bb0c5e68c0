import DataFiles
import Testing

@Suite struct QuotedWordsTests {
  /// Words of all lengths around a vector's, and some that JSON has to escape.
  private let words =
    ["", "a", "\"", "naïve", "back\\slash"] + (13...34).map { String(repeating: "x", count: $0) }

  @Test(arguments: [0, 1, 2, 27, 2047, 2048, 2049, 5000])
  func equalsTheJoinedString(count: Int) {
    let table = QuotedWords(words)
    let numbers = (0..<count).map { Int32($0 * 7 % words.count) }
    var json = JSONWriter()
    json.object { $0.member("text", numbers, of: table) }
    var expected = JSONWriter()
    let text = numbers.map { words[Int($0)] }.joined(separator: " ")
    expected.object { $0.member("text", text) }
    #expect(json.text == expected.text)
  }

  @Test(arguments: [0, 1, 1023, 1024, 1025, 3000])
  func numbersEqualTheGeneralForm(count: Int) {
    let numbers = (0..<count).map { index -> Int32 in
      switch index % 5 {
      case 0: Int32(index % 10)
      case 1: Int32(index % 100)
      case 2: .min
      case 3: .max
      default: Int32(index * 97) - 9
      }
    }
    var json = JSONWriter()
    json.append(int32s: numbers)
    #expect(json.text == "[" + numbers.map(\.description).joined(separator: ",") + "]")
  }

  @Test func aLineIsHandedOverOnce() {
    var json = JSONWriter()
    json.append(int32s: [1])
    #expect(json.takeLine() == Array("[1]\n".utf8))
    json.append(int32s: [2])
    #expect(json.takeLine() == Array("[2]\n".utf8))
  }
}
