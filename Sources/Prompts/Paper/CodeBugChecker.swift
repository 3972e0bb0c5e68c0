/// Holds a line with a bug against the line that it was, by what changed between their tokens.
///
/// It says whether a named operator may have made the change, from the meaning of the operator, and
/// shares nothing with the code that makes changes but the splitting of lines into tokens.
public enum CodeBugChecker {
  /// Whether an operator makes the change from one line to another.
  public static func accepts(
    _ mutation: MutationOperator, from original: String, to changed: String
  ) -> Bool {
    guard original != changed,
      original.prefix(while: { $0 == " " }) == changed.prefix(while: { $0 == " " })
    else { return false }
    let old = words(original)
    let new = words(changed)
    var start = 0
    while start < min(old.count, new.count), old[start] == new[start] { start += 1 }
    var end = 0
    while end < min(old.count, new.count) - start,
      old[old.count - 1 - end] == new[new.count - 1 - end]
    { end += 1 }
    let change = Change(
      old: old, new: new, removed: Array(old[start..<old.count - end]),
      added: Array(new[start..<new.count - end]), start: start)
    return change.isOf(mutation)
  }

  private static func words(_ line: String) -> [String] { CodeTokens(line).tokens.map(\.text) }
}

/// What stands between the common beginning and the common end of two lines.
private struct Change {
  var old: [String]
  var new: [String]
  var removed: [String]
  var added: [String]
  /// The number of tokens that both lines begin with.
  var start: Int

  func isOf(_ mutation: MutationOperator) -> Bool {
    switch mutation {
    case .droppedScaling:
      // A run that starts with a sign of multiplication is gone; where what follows repeats its
      // beginning the run may be shifted.
      return added.isEmpty
        && (0...start).contains { shift in
          let from = start - shift
          return from + removed.count <= old.count
            && ["*", "/"].contains(old[from])
            && Array(old[..<from] + old[(from + removed.count)...]) == new
        }
    case .swappedOperands: return isSwap
    case .offByOne:
      if added.isEmpty && removed.count == 2 {
        return Set(removed) == ["+", "1"] || Set(removed) == ["-", "1"]
      }
      return removed.isEmpty && Set(added) == ["-", "1"] && old.contains("range")
    case .wrongComparison:
      return isReplacement([["<", "<="], [">", ">="], ["==", "!="]])
    case .misplacedNormalisation:
      let brackets: Set<String> = ["(", ")"]
      return old != new && old.contains("/")
        && old.filter { !brackets.contains($0) } == new.filter { !brackets.contains($0) }
    case .negatedCondition:
      let negations: Set<String> = ["not", "!", "(", ")"]
      let count = { (words: [String]) in words.count { $0 == "not" || $0 == "!" } }
      return abs(count(old) - count(new)) == 1
        && old.filter { !negations.contains($0) } == new.filter { !negations.contains($0) }
        && !Set(old).isDisjoint(with: ["if", "while", "elif"])
    case .wrongIndex:
      guard old.contains("[") else { return false }
      if removed.isEmpty { return added == ["+", "1"] }
      guard removed.count == 1, added.count == 1, let from = Int(removed[0]),
        let to = Int(added[0])
      else { return false }
      return to == from + 1
    case .droppedUpdate:
      return removed.count == 1 && added == ["="] && ["+=", "-=", "*=", "/="].contains(removed[0])
    case .wrongSign: return isReplacement([["+", "-"]])
    case .wrongConnective: return isReplacement([["and", "or"], ["&&", "||"]])
    case .wrongExtremum:
      return isReplacement([["min", "max"], ["minimum", "maximum"], ["argmin", "argmax"]])
    }
  }

  private func isReplacement(_ pairs: [Set<String>]) -> Bool {
    removed.count == 1 && added.count == 1 && removed != added
      && pairs.contains([removed[0], added[0]])
  }

  /// Whether two runs of tokens on both sides of one that stays have changed places.
  private var isSwap: Bool {
    guard old.count == new.count, old.sorted() == new.sorted() else { return false }
    for middle in old.indices
    where ["-", "/", "//", "%", ","].contains(old[middle]) {
      for from in 0..<middle {
        for to in middle + 1..<old.count {
          let turned = old[(middle + 1)...to] + [old[middle]] + old[from..<middle]
          if Array(old[..<from] + turned + old[(to + 1)...]) == new { return true }
        }
      }
    }
    return false
  }
}
