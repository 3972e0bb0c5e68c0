/// The tokens of a model by name and number.
struct TokenVocabulary: Sendable {
  private var numbers = ByteStringTable()
  private var names: [String?] = []

  /// One more than the greatest number a token may have: beyond all vocabularies in use, and small
  /// enough that a wrong number in a file costs no memory.
  static let limit = 1 << 22

  /// One more than the greatest number in use.
  var count: Int { names.count }

  /// The number of a token.
  func number(_ name: String) -> Int32? { numbers.value(name) }

  /// The number of the token whose name stands in a range of a buffer.
  func number(_ bytes: [UInt8], _ range: Range<Int>) -> Int32? { numbers.value(bytes, range) }

  /// The token of a number.
  func name(_ number: Int32) -> String? {
    names.indices.contains(Int(number)) ? names[Int(number)] : nil
  }

  /// Adds a token under a free number.
  mutating func add(_ name: String, _ number: Int32) {
    precondition(0..<Self.limit ~= Int(number), "a token's number is below the limit")
    numbers.update(name, to: number)
    while names.count <= Int(number) { names.append(nil) }
    names[Int(number)] = name
  }
}
