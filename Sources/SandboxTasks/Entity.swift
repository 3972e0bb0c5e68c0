import Randomness

/// An ordered pair of symbols: what facts are about.
struct Entity: Hashable, Sendable {
  /// 32 · first symbol + second symbol.
  var number: UInt16

  static let count = SandboxToken.symbolCount * SandboxToken.symbolCount
  /// How many others an entity is similar to.
  static let neighbourCount = 2 * (SandboxToken.symbolCount - 1)

  init(_ number: Int) { self.number = UInt16(number) }

  /// The entity of two symbol tokens.
  init(symbols first: Int32, _ second: Int32) {
    precondition(
      SandboxToken.isSymbol(first) && SandboxToken.isSymbol(second), "an entity is two symbols")
    self.init(Int(first - SandboxToken.symbol(0)) << 5 | Int(second - SandboxToken.symbol(0)))
  }

  var index: Int { Int(number) }
  var first: Int32 { SandboxToken.symbol(Int(number >> 5)) }
  var second: Int32 { SandboxToken.symbol(Int(number & 31)) }

  /// Whether exactly one symbol is the same and in the same place.
  func isSimilar(to other: Entity) -> Bool {
    let difference = number ^ other.number
    return (difference >> 5 == 0) != (difference & 31 == 0)
  }

  /// An entity, all equally likely.
  static func random(_ stream: inout RandomStream) -> Entity {
    Entity(Int(truncatingIfNeeded: stream.next() & 1023))
  }
}

/// A set of entities, one bit each.
struct EntitySet {
  private var bits = SIMD16<UInt64>()
  private(set) var count = 0

  func contains(_ entity: Entity) -> Bool {
    bits[entity.index >> 6] >> UInt64(entity.index & 63) & 1 == 1
  }

  /// Adds an entity and says whether it was new.
  @discardableResult
  mutating func insert(_ entity: Entity) -> Bool {
    if contains(entity) { return false }
    bits[entity.index >> 6] |= 1 << UInt64(entity.index & 63)
    count += 1
    return true
  }

  /// Draws one of the entities outside the set, all equally likely, and adds it.
  mutating func insertRandom(_ stream: inout RandomStream) -> Entity {
    precondition(count < Entity.count, "no entity is left")
    while true {
      let entity = Entity.random(&stream)
      if insert(entity) { return entity }
    }
  }
}

/// One statement of five tokens: `opening a b c d`, where (a, b) is the key and (c, d) the value.
struct Fact: Equatable {
  var opening: Int32
  var key: Entity
  var value: Entity

  static let length = 5
  static let form = LineForm(length: length, key: 1..<3, value: 3..<5)

  /// Whether tokens, as many as a fact has, are a fact that one of some words opens.
  static func isSpelt(by tokens: ArraySlice<Int32>, opening: ClosedRange<Int32>) -> Bool {
    opening.contains(tokens[tokens.startIndex])
      && tokens.dropFirst().allSatisfy(SandboxToken.isSymbol)
  }

  func append(to tokens: inout [Int32]) {
    tokens.append(opening)
    tokens.append(key.first)
    tokens.append(key.second)
    tokens.append(value.first)
    tokens.append(value.second)
  }
}

extension [Int32] {
  mutating func append(_ entity: Entity) {
    append(entity.first)
    append(entity.second)
  }
}
