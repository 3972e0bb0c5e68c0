/// A text that equals another one only where all their bytes do.
///
/// A `String` equals every other one that is canonically equivalent, so that `é` and `e` with an accent
/// after it are one key of a dictionary; in JSON, and in a vocabulary, they are two.
struct ExactText: Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (a: ExactText, b: ExactText) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}
