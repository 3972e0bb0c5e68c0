import Foundation
import Randomness

/// Distractor facts with all their statements, in the order in which longer contexts take them up.
///
/// Each statement has a coordinate in [0, 1), and a context shows its statements in the order of
/// their coordinates. A context with room for n statements takes the first n of the growth order, so
/// a shorter context's statements are a subsequence of a longer one's.
///
/// A fact's first coordinate x is uniform; it is stated again at the points of a Poisson process of
/// density ρ/y over y in (x, 1), with ρ = r / (1 − r) and r the rehearsal rate. That is the law of a
/// stream written from left to right in which each statement is with probability r a repetition of
/// an even draw from the facts stated so far: statements are evenly spread (1 new fact and
/// ∫₀ʸ ρ/y dx = ρ repetitions for each unit of y), so r of them are repetitions at every depth, and
/// a fact has a geometric number of statements, so r of them are in the growth order too. As the law
/// mentions no length, it holds at every length of a ladder.
///
/// When all entities are in use, what is still to be filled is even draws from all facts, written
/// after everything else, as a stream from left to right would go on.
struct FactGrowth {
  /// The distinct facts, in growth order.
  private(set) var facts: [Fact] = []

  /// 48 bits of coordinate above 16 bits of fact number: sorting them orders the context.
  private var statements: [UInt64] = []
  /// Fact numbers to be stated after all of those.
  private var tail: [Int] = []
  private var firstCoordinates: [Double] = []
  private let capacity: Int
  /// 1/ρ, infinite without rehearsal.
  private let repetitionGap: Double
  private var stream: RandomStream

  /// Room for `capacity` statements; `stream` draws the repetitions.
  init(capacity: Int, rehearsal: Double, stream: RandomStream) {
    self.capacity = capacity
    repetitionGap = (1 - rehearsal) / rehearsal
    self.stream = stream
  }

  private var isFull: Bool { statements.count + tail.count >= capacity }

  /// Takes up groups of facts, each with its first coordinate, until the room is used; when the
  /// groups run out, repetitions take the rest.
  ///
  /// The first `reserved` facts are all stated before any repetition takes room from them.
  mutating func grow(reserved: Int, by nextGroup: () -> [(fact: Fact, coordinate: Double)]?) {
    var rehearsed = 0
    while !isFull, let group = nextGroup() {
      for (fact, coordinate) in group where !isFull {
        state(facts.count, at: coordinate)
        facts.append(fact)
        firstCoordinates.append(coordinate)
      }
      while facts.count >= reserved && rehearsed < facts.count {
        rehearse(rehearsed)
        rehearsed += 1
      }
    }
    while !isFull {
      precondition(!facts.isEmpty, "no fact is left to repeat")
      tail.append(stream.below(facts.count))
    }
  }

  /// The facts' numbers in the order in which a context states them.
  func inContextOrder() -> [Int] {
    statements.sorted().map { Int($0 & 0xFFFF) } + tail
  }

  private mutating func state(_ number: Int, at coordinate: Double) {
    statements.append(UInt64(coordinate * 0x1p48) << 16 | UInt64(number))
  }

  /// States a fact again at each point of its Poisson process, from left to right.
  private mutating func rehearse(_ number: Int) {
    guard repetitionGap.isFinite else { return }
    var coordinate = firstCoordinates[number]
    while !isFull {
      // No point lies in (x, y) with probability (x/y)^ρ: invert that for the next y.
      coordinate *= pow(1 - stream.unit(), -repetitionGap)
      guard coordinate < 1 else { return }
      state(number, at: coordinate)
    }
  }
}
