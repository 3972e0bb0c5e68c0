/// The candidate that `word` was most likely meant to be, or nil when none is near.
///
/// Near means: at most one edit for every three characters, where an edit inserts, deletes or
/// replaces a character or swaps two neighbours, and letter case is free. Of equally near
/// candidates the first one wins.
///
/// - Complexity: O(`word.count` · total length of `candidates`), bounded so that no input makes it
///   slow: words of more than 64 characters and candidates after the first 10 000 are left out.
public func suggestion(for word: String, among candidates: [String]) -> String? {
  let longest = 64
  guard word.utf8.count <= 4 * longest else { return nil }
  let wanted = Array(word.lowercased())
  guard !wanted.isEmpty, wanted.count <= longest else { return nil }
  var best: (candidate: String, distance: Int)?
  for candidate in candidates.prefix(10_000) where candidate.utf8.count <= 4 * longest {
    let other = Array(candidate.lowercased())
    guard !other.isEmpty, other.count <= longest else { continue }
    let allowed = max(1, max(wanted.count, other.count) / 3)
    guard abs(wanted.count - other.count) <= allowed else { continue }
    let distance = editDistance(wanted, other)
    // A word that shares no character with the candidate is another word, however short both are.
    guard distance <= allowed, distance < max(wanted.count, other.count) else { continue }
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.candidate
}

/// Edits that turn `a` into `b`: insertions, deletions, replacements, swaps of neighbours
/// (optimal string alignment).
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [Int](repeating: i, count: b.count + 1)
    for j in 1...b.count {
      let replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
      row[j] = min(replaced, last[j] + 1, row[j - 1] + 1)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        row[j] = min(row[j], beforeLast[j - 2] + 1)
      }
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}
