import Tokenization

extension TextPrompt {
  /// The text as a form has it: without white space at its ends where the template takes it away.
  func trimmed(for form: ChatForm) -> TextPrompt {
    guard form.trimsPrompt else { return self }
    let scalars = input.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return self }
    var prompt = self
    prompt.input = String(scalars[first...last])
    let start = input.utf8.distance(from: input.utf8.startIndex, to: first)
    let whole = 0..<prompt.input.utf8.count
    func moved(_ range: Range<Int>) -> Range<Int> {
      (range.lowerBound - start..<range.upperBound - start).clamped(to: whole)
    }
    prompt.gold = gold.map { $0.mapRanges(moved) }
    prompt.questionStart = questionStart.map { min(max(0, $0 - start), whole.upperBound) }
    return prompt
  }
}
