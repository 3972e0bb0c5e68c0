/// Names in one text, separated by commas, where a name may have commas of its own.
enum CommaNames {
  /// The names in a text: the text itself where it is one, else at each place the longest stretch
  /// between commas that is one.
  ///
  /// What begins none is returned up to the next comma, for the error that names it.
  static func split(_ text: String, among names: Set<String>) -> [String] {
    if names.contains(text) { return [text] }
    let pieces = text.split(separator: ",", omittingEmptySubsequences: false)
    let most = (names.map { $0.count { $0 == "," } }.max() ?? 0) + 1
    var found: [String] = []
    var start = 0
    while start < pieces.count {
      let ends = (start + 1...min(start + most, pieces.count)).reversed()
      let end = ends.first { names.contains(name(pieces[start..<$0])) } ?? start + 1
      found.append(name(pieces[start..<end]))
      start = end
    }
    return found
  }

  /// Pieces as one name, without the white space around it.
  private static func name(_ pieces: ArraySlice<Substring>) -> String {
    let words = pieces.joined(separator: ",")
    guard let first = words.firstIndex(where: { !$0.isWhitespace }),
      let last = words.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(words[first...last])
  }
}
