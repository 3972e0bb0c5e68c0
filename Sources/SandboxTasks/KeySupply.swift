import Randomness

/// Hands out the entities that distractor facts are about, each at most once, in a random order.
struct KeySupply {
  private let order: [Entity]
  private let goldKeys: [Entity]
  private let avoidsSimilar: Bool
  /// Similar keys set aside to be handed out first, last one first.
  private var reserved: [Entity] = []
  private var used = EntitySet()
  private var front = 0
  private var back: Int

  /// A supply of all entities but `taken`.
  ///
  /// - Parameter similar: how many of the keys handed out are to share exactly one symbol in its
  ///   place with one of `goldKeys`: these come first, and no others do. nil leaves it to chance.
  init(taken: [Entity], goldKeys: [Entity], similar: Int?, stream: RandomStream) {
    var stream = stream
    for entity in taken { used.insert(entity) }
    var order: [Entity] = []
    for number in 0..<Entity.count where !used.contains(Entity(number)) {
      order.append(Entity(number))
    }
    stream.shuffle(&order)
    self.order = order
    self.goldKeys = goldKeys
    avoidsSimilar = similar != nil
    back = order.count
    if let similar {
      let candidates = order.lazy.filter { $0.isSimilar(toAny: goldKeys) }
      reserved = candidates.prefix(similar).reversed()
      precondition(reserved.count == similar, "the settings asked for too many similar keys")
      for entity in reserved { used.insert(entity) }
    }
  }

  /// An entity for a key, or nil when none is left.
  mutating func nextKey() -> Entity? {
    if let entity = reserved.popLast() { return entity }
    while front < order.count {
      let entity = order[front]
      front += 1
      if avoidsSimilar && entity.isSimilar(toAny: goldKeys) { continue }
      if used.insert(entity) { return entity }
    }
    return nil
  }

  /// An entity that is no fact's key, to end a chain, or nil when none is left.
  mutating func nextTerminal() -> Entity? {
    while back > 0 {
      back -= 1
      if used.insert(order[back]) { return order[back] }
    }
    return nil
  }
}

extension Entity {
  func isSimilar(toAny others: [Entity]) -> Bool {
    others.contains { isSimilar(to: $0) }
  }
}
