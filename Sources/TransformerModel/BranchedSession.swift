import TensorKernels

/// Several continuations of what a session has read, each a token further with every pass.
///
/// They share the keys and values that the session has cached, which are read once for all of them,
/// as are the weights. A branch is read as the session would read it alone: up to 32 branches give
/// the same logits bit for bit, however many they are; beyond that the matrix products round
/// differently.
public final class BranchedSession {
  /// The number of branches.
  public var count: Int { slots.count }
  /// The number of tokens that each branch has read.
  public private(set) var length = 0

  private let session: InferenceSession
  private let commonLength: Int
  private let firstPosition: Int32
  private let cache: BranchedCache
  private let activations: PassActivations
  private var tokens: [[Int32]]
  /// Where in the cache each branch lies.
  private var slots: [Int]

  /// `count` branches behind what `session` has read, with its weights and options.
  ///
  /// - Parameters:
  ///   - session: must not read on, rewind or be given other weights while branches are read.
  ///   - most: how many branches there may ever be.
  ///   - capacity: how many tokens a branch may have.
  public init(_ session: InferenceSession, count: Int, most: Int? = nil, capacity: Int) {
    let most = most ?? count
    precondition(count >= 1 && most >= count && capacity >= 1, "no branches")
    self.session = session
    commonLength = session.length
    firstPosition = (session.positions.last ?? -1) + 1
    cache = BranchedCache(session.model.configuration, branches: most, capacity: capacity)
    activations = PassActivations(
      session.model.configuration, capacity: most, keepsLayers: false)
    tokens = [[Int32]](repeating: [], count: count)
    slots = Array(0..<count)
  }

  /// Reads one token in every branch, and returns the logits behind each.
  ///
  /// - Parameter observation: rows are branches.
  public func append(
    _ next: [Int32], observing observation: AttentionObservation? = nil
  ) -> [[Float]] {
    precondition(next.count == count, "one token a branch")
    precondition(length < cache.capacity, "the branches are full")
    var rows = next
    for (branch, slot) in slots.enumerated() { rows[slot] = next[branch] }
    let logits = session.read(
      rows, positions: [Int32](repeating: firstPosition + Int32(length), count: count),
      source: .branched(session.cache, common: commonLength, cache, start: length),
      activations: activations, observing: observation?.inSlots(slots))
    length += 1
    for branch in slots.indices { tokens[branch].append(next[branch]) }
    let size = session.model.configuration.vocabularySize
    return slots.map { Array(logits[$0 * size..<($0 + 1) * size]) }
  }

  /// Goes on with other branches: branch `i` takes over what branch `parents[i]` has read so far.
  public func fork(_ parents: [Int]) {
    precondition(!parents.isEmpty && parents.count <= cache.branches, "no such branches")
    precondition(parents.allSatisfy { $0 >= 0 && $0 < count }, "no such parent")
    // The first child of a parent stays where the parent lies; only the others are copied.
    var taken = [Bool](repeating: false, count: parents.count)
    var places = [Int?](repeating: nil, count: parents.count)
    for (branch, parent) in parents.enumerated() {
      let slot = slots[parent]
      if slot >= parents.count || taken[slot] { continue }
      taken[slot] = true
      places[branch] = slot
    }
    var free = taken.indices.filter { !taken[$0] }[...]
    let forked = parents.indices.map { branch -> Int in
      if let place = places[branch] { return place }
      let place = free.removeFirst()
      cache.write(
        slots[parents[branch]], count: length, to: cache.cache, from: place * cache.capacity)
      return place
    }
    tokens = parents.map { tokens[$0] }
    slots = forked
  }

  /// Has the session read the tokens of a branch, by copying their keys and values: the session ends
  /// up with them behind what the branches share.
  public func show(_ branch: Int) {
    session.rewind(to: commonLength)
    session.take(tokens[branch], firstPosition: firstPosition) { cache, start in
      self.cache.write(slots[branch], count: length, to: cache, from: start)
    }
  }
}

extension AttentionObservation {
  /// The observation of the same branches, where they lie in other rows.
  fileprivate func inSlots(_ slots: [Int]) -> AttentionObservation? {
    var branches: [Int: Int] = [:]
    for branch in rows where branch < slots.count { branches[slots[branch]] = branch }
    if branches.isEmpty { return nil }
    return AttentionObservation(rows: branches.keys.sorted()) { site, attention in
      visit(
        AttentionSite(layer: site.layer, head: site.head, row: branches[site.row] ?? site.row),
        attention)
    }
  }
}
