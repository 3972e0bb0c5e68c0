/// Takes the endings off English words (Porter, 1980, with the departures of NLTK's default mode, which
/// `rouge_score` uses).
enum PorterStemmer {
  /// The stem of a word of lower-case ASCII letters and digits.
  static func stem(_ word: String) -> String {
    if let irregular = irregular[word] { return irregular }
    let letters = Array(word.utf8)
    if letters.count <= 2 { return word }
    var word = Word(letters: letters)
    word.removePlural()
    word.removePast()
    word.turnY()
    word.shortenDouble()
    word.shortenEnding()
    word.removeEnding()
    word.removeE()
    word.removeDoubleL()
    return String(decoding: word.letters, as: UTF8.self)
  }

  private static let irregular: [String: String] = {
    let forms: [(stem: String, words: [String])] = [
      ("sky", ["sky", "skies"]), ("die", ["dying"]), ("lie", ["lying"]), ("tie", ["tying"]),
      ("news", ["news"]), ("inning", ["innings", "inning"]), ("outing", ["outings", "outing"]),
      ("canning", ["cannings", "canning"]), ("howe", ["howe"]), ("proceed", ["proceed"]),
      ("exceed", ["exceed"]), ("succeed", ["succeed"]),
    ]
    var table: [String: String] = [:]
    for form in forms { for word in form.words { table[word] = form.stem } }
    return table
  }()

  private struct Word {
    var letters: [UInt8]

    private static func bytes(_ text: StaticString) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    private func isConsonant(_ index: Int) -> Bool {
      switch letters[index] {
      case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"),
        UInt8(ascii: "u"):
        return false
      case UInt8(ascii: "y"): return index == 0 || !isConsonant(index - 1)
      default: return true
      }
    }

    /// How often a consonant follows a vowel among the first `count` letters.
    private func measure(_ count: Int) -> Int {
      var measure = 0
      var follows = false
      for index in 0..<count {
        let isConsonant = isConsonant(index)
        if isConsonant && follows { measure += 1 }
        follows = !isConsonant
      }
      return measure
    }

    private func hasVowel(_ count: Int) -> Bool { (0..<count).contains { !isConsonant($0) } }

    private func endsInDouble(_ count: Int) -> Bool {
      count >= 2 && letters[count - 1] == letters[count - 2] && isConsonant(count - 1)
    }

    /// Consonant, vowel, consonant other than w, x, y at the end; or a word of vowel and consonant.
    private func endsShort(_ count: Int) -> Bool {
      if count >= 3 {
        let last = letters[count - 1]
        return isConsonant(count - 3) && !isConsonant(count - 2) && isConsonant(count - 1)
          && last != UInt8(ascii: "w") && last != UInt8(ascii: "x") && last != UInt8(ascii: "y")
      }
      return count == 2 && !isConsonant(0) && isConsonant(1)
    }

    private func ends(_ suffix: StaticString) -> Bool {
      let suffix = Self.bytes(suffix)
      return letters.count >= suffix.count && letters.suffix(suffix.count).elementsEqual(suffix)
    }

    private mutating func replace(_ suffix: StaticString, by other: StaticString) {
      letters.removeLast(suffix.utf8CodeUnitCount)
      letters += Self.bytes(other)
    }

    /// The first rule whose ending the word has, applied where the rest before it qualifies.
    private mutating func apply(
      _ rules: [(StaticString, StaticString)], where qualifies: (Word, Int) -> Bool
    ) {
      for (suffix, other) in rules where ends(suffix) {
        if qualifies(self, letters.count - suffix.utf8CodeUnitCount) {
          replace(suffix, by: other)
        }
        return
      }
    }

    mutating func removePlural() {
      if ends("ies") && letters.count == 4 { return replace("ies", by: "ie") }
      apply([("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", "")]) { _, _ in true }
    }

    mutating func removePast() {
      if ends("ied") { return replace("ied", by: letters.count == 4 ? "ie" : "i") }
      if ends("eed") {
        if measure(letters.count - 3) > 0 { replace("eed", by: "ee") }
        return
      }
      let count = letters.count
      if ends("ed"), hasVowel(count - 2) {
        replace("ed", by: "")
      } else if ends("ing"), hasVowel(count - 3) {
        replace("ing", by: "")
      } else {
        return
      }
      if ends("at") || ends("bl") || ends("iz") {
        letters.append(UInt8(ascii: "e"))
      } else if endsInDouble(letters.count) {
        if !ends("l") && !ends("s") && !ends("z") { letters.removeLast() }
      } else if measure(letters.count) == 1, endsShort(letters.count) {
        letters.append(UInt8(ascii: "e"))
      }
    }

    mutating func turnY() {
      apply([("y", "i")]) { word, count in count > 1 && word.isConsonant(count - 1) }
    }

    mutating func shortenDouble() {
      if ends("alli"), measure(letters.count - 4) > 0 {
        replace("alli", by: "al")
        return shortenDouble()
      }
      let isLong = { (word: Word, count: Int) in word.measure(count) > 0 }
      // The ending "logi" is measured with its l.
      if ends("fulli") {
        if measure(letters.count - 5) > 0 { replace("fulli", by: "ful") }
        return
      }
      if ends("logi") && measure(letters.count - 3) > 0 { return replace("logi", by: "log") }
      apply(
        [
          ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"),
          ("izer", "ize"), ("bli", "ble"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"),
          ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"),
          ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"),
          ("iviti", "ive"), ("biliti", "ble"),
        ], where: isLong)
    }

    mutating func shortenEnding() {
      apply(
        [
          ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"),
          ("ful", ""), ("ness", ""),
        ]
      ) { $0.measure($1) > 0 }
    }

    mutating func removeEnding() {
      apply(
        [
          ("al", ""), ("ance", ""), ("ence", ""), ("er", ""), ("ic", ""), ("able", ""),
          ("ible", ""), ("ant", ""), ("ement", ""), ("ment", ""), ("ent", ""), ("ion", ""),
          ("ou", ""), ("ism", ""), ("ate", ""), ("iti", ""), ("ous", ""), ("ive", ""), ("ize", ""),
        ]
      ) { [isIon = ends("ion")] word, count in
        guard word.measure(count) > 1 else { return false }
        guard isIon else { return true }
        return word.letters[count - 1] == UInt8(ascii: "s")
          || word.letters[count - 1] == UInt8(ascii: "t")
      }
    }

    mutating func removeE() {
      guard ends("e") else { return }
      let count = letters.count - 1
      let measure = measure(count)
      if measure > 1 || measure == 1 && !endsShort(count) { letters.removeLast() }
    }

    mutating func removeDoubleL() {
      if ends("ll"), measure(letters.count - 1) > 1 { letters.removeLast() }
    }
  }
}
