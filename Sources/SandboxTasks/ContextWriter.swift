import Randomness

/// A fact that is stated once, with the depth at which it is wanted.
struct Needle {
  var fact: Fact
  /// Its number on the path to the answer; nil for a needle that is not asked for.
  var hop: Int?
  /// 0 … 1.
  var depth: Double
}

/// Writes a context and notes where the gold facts and the similar distractors stand.
///
/// Room is counted in cells. In a stream of facts a cell is a fact; among words it is a token, and a
/// fact takes five. Needle j of m stands at the cell ⌊depth · (cells − width + 1)⌋, so a drawn depth
/// is even over all places and a ladder keeps it to within a fact; needles in each other's way stand
/// side by side.
struct ContextWriter {
  private(set) var context: [Int32] = []
  private(set) var gold: [GoldFact] = []
  private(set) var similarDistractors: [Range<Int>] = []
  private let goldKeys: [Entity]

  /// Needles still to be written, the last one first, with the haystack cell before which each goes.
  private var waiting: [(needle: Needle, cell: Int)] = []
  private var cell = 0

  init(length: Int, needles: [Needle], cells: Int, needleWidth: Int) {
    context.reserveCapacity(length)
    goldKeys = needles.compactMap { $0.hop == nil ? nil : $0.fact.key }
    let order = needles.indices.sorted {
      (needles[$0].depth, $0) < (needles[$1].depth, $1)
    }
    var least = 0
    for (rank, number) in order.enumerated() {
      let places = cells - needleWidth + 1
      let wanted = Int(needles[number].depth * Double(places))
      let most = cells - needleWidth * (needles.count - rank)
      let place = min(max(wanted, least), most)
      least = place + needleWidth
      waiting.append((needles[number], place - needleWidth * rank))
    }
    waiting.reverse()
  }

  /// Writes a filler word outside the room that is counted.
  mutating func pad(_ word: Int32) {
    context.append(word)
  }

  /// Writes the next filler words, of one cell each.
  mutating func write(_ words: inout FillerWords, count: Int) {
    var left = count
    while left > 0 {
      writeNeedles(before: cell + 1)
      // Up to the next needle's place nothing stands in the way.
      let run = min(left, (waiting.last?.cell ?? .max) - cell)
      for _ in 0..<run { context.append(words.next()) }
      cell += run
      left -= run
    }
  }

  /// Writes a distractor fact.
  mutating func write(_ fact: Fact, width: Int) {
    writeNeedles(before: cell + width)
    state(fact, hop: nil)
    cell += width
  }

  /// Writes the needles that come after everything else and sorts the gold facts by hop.
  mutating func finish() {
    writeNeedles(before: .max)
    gold.sort { $0.hop < $1.hop }
  }

  private mutating func writeNeedles(before end: Int) {
    while let next = waiting.last, next.cell < end {
      state(next.needle.fact, hop: next.needle.hop)
      waiting.removeLast()
    }
  }

  private mutating func state(_ fact: Fact, hop: Int?) {
    let start = context.count
    fact.append(to: &context)
    if let hop {
      gold.append(GoldFact(hop: hop, at: start))
    } else if fact.key.isSimilar(toAny: goldKeys) || goldKeys.contains(fact.key) {
      similarDistractors.append(start..<start + Fact.length)
    }
  }
}

extension ContextWriter {
  /// A stream of facts with the needles in it; the words that a length leaves over come first.
  static func stream(
    _ settings: TaskSettings, needles: [Needle], growth: FactGrowth, random: RandomStream
  ) -> ContextWriter {
    let slots = settings.length / Fact.length
    var writer = ContextWriter(
      length: settings.length, needles: needles, cells: slots, needleWidth: 1)
    var words = FillerWords(.noise, stream: random.child("padding"))
    for _ in 0..<settings.length % Fact.length { writer.pad(words.next()) }
    for number in growth.inContextOrder() { writer.write(growth.facts[number], width: 1) }
    writer.finish()
    return writer
  }
}
