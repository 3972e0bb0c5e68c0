/// How many tokens the statements of a family have, and where in them key and value stand.
struct LineForm: Equatable {
  /// Tokens of a statement, opening word included.
  var length: Int
  /// The places of the key's tokens.
  var key: Range<Int>
  /// The places of the tokens that an answer takes from it.
  var value: Range<Int>
}

extension GoldFact {
  /// A statement of a form, opening word first, at a place in the context.
  init(hop: Int, at start: Int, _ form: LineForm) {
    func range(_ part: Range<Int>) -> Range<Int> {
      start + part.lowerBound..<start + part.upperBound
    }
    self.init(
      hop: hop, span: range(0..<form.length), key: range(form.key), value: range(form.value))
  }
}
