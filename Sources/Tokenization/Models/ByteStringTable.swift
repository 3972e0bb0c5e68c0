/// A hash table from byte strings to numbers, for keys that are looked up inside longer buffers.
///
/// Keys are compared byte by byte: a `String` would take strings for equal that normalise to the same
/// text, and a vocabulary holds such pairs.
struct ByteStringTable: Sendable {
  private var slots: [Int32] = Array(repeating: -1, count: 16)
  private var entries: [Entry] = []
  private var storage: [UInt8] = []

  private struct Entry: Sendable {
    var hash: UInt64
    var start: Int
    var count: Int32
    var value: Int32
  }

  /// The number of keys.
  var count: Int { entries.count }

  /// The value of the key that stands in a range of a buffer.
  func value(_ bytes: [UInt8], _ range: Range<Int>) -> Int32? {
    let hash = Self.hash(bytes, range)
    return place(hash, bytes, range).entry.map { entries[$0].value }
  }

  /// The value of a key.
  func value(_ text: String) -> Int32? {
    let bytes = Array(text.utf8)
    return value(bytes, bytes.indices)
  }

  /// Sets the value of a key and returns the one it had.
  @discardableResult
  mutating func update(_ bytes: [UInt8], _ range: Range<Int>, to value: Int32) -> Int32? {
    let hash = Self.hash(bytes, range)
    let (slot, found) = place(hash, bytes, range)
    if let found {
      let old = entries[found].value
      entries[found].value = value
      return old
    }
    slots[slot] = Int32(entries.count)
    entries.append(
      Entry(hash: hash, start: storage.count, count: Int32(range.count), value: value))
    storage.append(contentsOf: bytes[range])
    if 2 * entries.count > slots.count { grow() }
    return nil
  }

  @discardableResult
  mutating func update(_ text: String, to value: Int32) -> Int32? {
    let bytes = Array(text.utf8)
    return update(bytes, bytes.indices, to: value)
  }

  /// The slot of a key, and its entry if it is there.
  private func place(
    _ hash: UInt64, _ bytes: [UInt8], _ range: Range<Int>
  ) -> (slot: Int, entry: Int?) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash >> 20) & mask
    while slots[slot] >= 0 {
      let number = Int(slots[slot])
      if entries[number].hash == hash, isEqual(entries[number], bytes, range) {
        return (slot, number)
      }
      slot = (slot + 1) & mask
    }
    return (slot, nil)
  }

  private func isEqual(_ entry: Entry, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    guard Int(entry.count) == range.count else { return false }
    for offset in 0..<range.count
    where storage[entry.start + offset] != bytes[range.lowerBound + offset] {
      return false
    }
    return true
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: 2 * slots.count)
    let mask = slots.count - 1
    for (number, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.hash >> 20) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(number)
    }
  }

  /// Bytes mixed in by multiplication with an odd number.
  private static func hash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
    var hash = 0xCBF2_9CE4_8422_2325 ^ UInt64(range.count)
    for offset in range { hash = (hash ^ UInt64(bytes[offset])) &* 0x9E37_79B9_7F4A_7C15 }
    return hash ^ hash >> 29
  }
}

/// A hash table from pairs of tokens to what merging them makes.
struct PairTable: Sendable {
  private var keys: [UInt64]
  private var values: [UInt64]
  private(set) var count = 0

  private static let free = UInt64.max

  /// A table for at most `capacity` pairs.
  init(capacity: Int) {
    var size = 16
    while size < 2 * capacity { size *= 2 }
    keys = Array(repeating: Self.free, count: size)
    values = Array(repeating: 0, count: size)
  }

  /// The merge of a pair: its rank above the token that it makes; `PairTable.none` without one.
  @inline(__always) func merge(_ left: Int32, _ right: Int32) -> UInt64 {
    let key = Self.key(left, right)
    let mask = keys.count - 1
    var slot = Self.slot(key) & mask
    while keys[slot] != Self.free {
      if keys[slot] == key { return values[slot] }
      slot = (slot + 1) & mask
    }
    return Self.none
  }

  /// No merge: above every rank.
  static let none = UInt64.max

  mutating func set(_ left: Int32, _ right: Int32, rank: Int, token: Int32) {
    precondition(2 * count < keys.count, "the table was made for fewer pairs")
    let key = Self.key(left, right)
    let mask = keys.count - 1
    var slot = Self.slot(key) & mask
    while keys[slot] != Self.free, keys[slot] != key { slot = (slot + 1) & mask }
    if keys[slot] == Self.free { count += 1 }
    keys[slot] = key
    values[slot] = UInt64(rank) << 32 | UInt64(UInt32(token))
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  private static func slot(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 20)
  }
}
