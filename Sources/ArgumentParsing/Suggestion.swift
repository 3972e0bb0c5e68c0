/// The candidate that a mistyped word most likely meant; nil when none is near.
func suggestion(for word: String, among candidates: [String]) -> String? {
  // A third of the letters may be wrong: enough for a slip, too few to turn one word into another.
  let near = candidates.map { (distance(word, $0), $0) }
    .filter { $0 <= max(1, max(word.count, $1.count) / 3) }
  return near.min { $0.0 < $1.0 }?.1
}

/// Edit distance with insertions, deletions, substitutions and swaps of neighbours.
private func distance(_ first: String, _ second: String) -> Int {
  let a = Array(first.lowercased())
  let b = Array(second.lowercased())
  var beforePrevious: [Int] = []
  var previous = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var best = min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        best = min(best, beforePrevious[j - 1] + 1)
      }
      row.append(best)
    }
    beforePrevious = previous
    previous = row
  }
  return previous[b.count]
}
