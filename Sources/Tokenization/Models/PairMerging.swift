/// Merges neighbouring tokens of a word, the lowest rank first and of equal ones the leftmost.
///
/// Short words are searched for the lowest rank, which is fastest; in long ones a heap finds it, so that
/// a word of n tokens takes O(n log n) and not O(n²).
struct PairMerging {
  /// Words of more tokens go through the heap.
  static let searchLimit = 48

  /// The tokens of the word, those that were merged away included.
  private var tokens: [Int32] = []
  private var ends: [Int32] = []
  /// Of each token the merge with the next one, and the places of its neighbours.
  private var merges: [UInt64] = []
  private var next: [Int32] = []
  private var previous: [Int32] = []
  private var heap: [UInt64] = []

  /// Merges `symbols` as far as the table allows.
  ///
  /// - Parameter ends: for each token where it ends; kept in step.
  mutating func merge(_ symbols: inout [Int32], _ ends: inout [Int32], _ table: PairTable) {
    guard symbols.count > 1 else { return }
    if symbols.count > Self.searchLimit {
      mergeByHeap(&symbols, &ends, table)
    } else {
      mergeBySearch(&symbols, &ends, table)
    }
  }

  private mutating func mergeBySearch(
    _ symbols: inout [Int32], _ ends: inout [Int32], _ table: PairTable
  ) {
    merges.removeAll(keepingCapacity: true)
    for place in 0..<symbols.count - 1 {
      merges.append(table.merge(symbols[place], symbols[place + 1]))
    }
    while !merges.isEmpty {
      var best = 0
      for place in 1..<max(1, merges.count) where merges[place] < merges[best] { best = place }
      let merge = merges[best]
      guard merge != PairTable.none else { return }
      symbols[best] = Int32(truncatingIfNeeded: merge & 0xFFFF_FFFF)
      symbols.remove(at: best + 1)
      ends.remove(at: best)
      merges.remove(at: best)
      if best > 0 { merges[best - 1] = table.merge(symbols[best - 1], symbols[best]) }
      if best < merges.count { merges[best] = table.merge(symbols[best], symbols[best + 1]) }
    }
  }

  private mutating func mergeByHeap(
    _ symbols: inout [Int32], _ ends: inout [Int32], _ table: PairTable
  ) {
    start(symbols, ends, table)
    while let place = popLowest() {
      let after = Int(next[place])
      tokens[place] = Int32(truncatingIfNeeded: merges[place] & 0xFFFF_FFFF)
      self.ends[place] = self.ends[after]
      merges[after] = PairTable.none
      next[place] = next[after]
      if next[place] >= 0 { previous[Int(next[place])] = Int32(place) }
      renew(place, table)
      if previous[place] >= 0 { renew(Int(previous[place]), table) }
    }
    symbols.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    var place: Int32 = 0
    while place >= 0 {
      symbols.append(tokens[Int(place)])
      ends.append(self.ends[Int(place)])
      place = next[Int(place)]
    }
  }

  private mutating func start(_ symbols: [Int32], _ ends: [Int32], _ table: PairTable) {
    tokens = symbols
    self.ends = ends
    let last = Int32(symbols.count - 1)
    next = (0...last).map { $0 == last ? -1 : $0 + 1 }
    previous = (0...last).map { $0 - 1 }
    merges = Array(repeating: PairTable.none, count: symbols.count)
    heap.removeAll(keepingCapacity: true)
    for place in symbols.indices { renew(place, table) }
  }

  /// Looks up a token's merge with the next one and puts it on the heap.
  private mutating func renew(_ place: Int, _ table: PairTable) {
    let after = next[place]
    merges[place] = after < 0 ? PairTable.none : table.merge(tokens[place], tokens[Int(after)])
    guard merges[place] != PairTable.none else { return }
    // Rank above place: of equal ranks the leftmost comes first.
    push((merges[place] & ~0xFFFF_FFFF) | UInt64(place))
  }

  /// The place of the lowest merge that still holds.
  private mutating func popLowest() -> Int? {
    while let lowest = pop() {
      let place = Int(lowest & 0xFFFF_FFFF)
      if merges[place] != PairTable.none, merges[place] >> 32 == lowest >> 32 { return place }
    }
    return nil
  }

  private mutating func push(_ value: UInt64) {
    heap.append(value)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child] < heap[parent] else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func pop() -> UInt64? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      guard heap[child] < heap[parent] else { break }
      heap.swapAt(child, parent)
      parent = child
    }
    return first
  }
}
