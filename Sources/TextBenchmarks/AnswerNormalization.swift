/// The form in which answers are compared: lower case, without punctuation, articles and extra white
/// space, as the evaluation of SQuAD defines it.
public enum AnswerNormalization {
  /// The words of a text in that form.
  ///
  /// - Parameter foldsAccents: whether words are then written in ASCII, as in ZeroSCROLLS: letters without
  ///   their accents, signs in others that look alike, and nothing in the place of what has no such form.
  ///   Letters of scripts other than Latin stay as they are.
  public static func words(_ text: String, foldsAccents: Bool = false) -> [String] {
    let spaced = spacingArticles(
      text.lowercasedAsPython.unicodeScalars.filter { !isASCIIPunctuation($0) })
    var words = split(spaced)
    if foldsAccents {
      words = words.flatMap { split(Array(Transliteration.ascii($0).unicodeScalars)) }
    }
    return words
  }

  /// The signs that are left out: those of ASCII alone.
  static func isASCIIPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  /// A space in the place of each article that stands as a word of its own.
  private static func spacingArticles(
    _ scalars: [Unicode.Scalar]
  ) -> [Unicode.Scalar] {
    var spaced: [Unicode.Scalar] = []
    spaced.reserveCapacity(scalars.count)
    var start = 0
    while start < scalars.count {
      guard scalars[start].isPythonWord else {
        spaced.append(scalars[start])
        start += 1
        continue
      }
      var end = start
      while end < scalars.count && scalars[end].isPythonWord { end += 1 }
      let word = scalars[start..<end]
      if word.elementsEqual("a".unicodeScalars) || word.elementsEqual("an".unicodeScalars)
        || word.elementsEqual("the".unicodeScalars)
      {
        spaced.append(" ")
      } else {
        spaced += word
      }
      start = end
    }
    return spaced
  }

  private static func split(_ scalars: [Unicode.Scalar]) -> [String] {
    scalars.split(whereSeparator: \.isPythonSpace).map { word in
      var text = String.UnicodeScalarView()
      text.append(contentsOf: word)
      return String(text)
    }
  }
}
