import Randomness

/// A sequence of tokens to learn from, with what can be known about each of them.
///
/// `tokens`, `predictable` and `slice` have one entry a token.
public struct TrainingSequence: Sendable, Equatable {
  /// The family it was made of.
  public var family: TaskFamily

  /// Token ids of the family's vocabulary.
  public var tokens: [Int32]

  /// Whether the token is determined by those before it: it counts for accuracy and has full weight.
  public var predictable: [Bool]

  /// Raw values of `TrainingSlice`; `other` exactly where a token is not predictable.
  public var slice: [UInt8]

  /// Where units start, ascending from 0: a fact, a question with its answer, a run of filler words.
  /// Positions may be stretched between units and stay adjacent inside one.
  public var unitStarts: [Int]

  /// An empty sequence with room for a number of tokens.
  init(family: TaskFamily, capacity: Int) {
    self.family = family
    tokens = []
    predictable = []
    slice = []
    unitStarts = []
    tokens.reserveCapacity(capacity)
    predictable.reserveCapacity(capacity)
    slice.reserveCapacity(capacity)
    unitStarts.reserveCapacity(capacity / Fact.length + 8)
  }

  /// A sequence of a family drawn by the mixture's weights, with about `facts` facts' worth of stream.
  ///
  /// It is a function of the settings, `facts` and the stream's name and position alone.
  public static func make(
    _ settings: TrainingMixture, facts: Int, stream: RandomStream
  ) -> TrainingSequence {
    var stream = stream
    return make(settings.family(&stream), settings, facts: facts, stream: stream)
  }

  /// A sequence of one family.
  ///
  /// - Parameter facts: the length of the stream in facts of five tokens, at least 1. Needle sequences
  ///   spend about half of it on questions; multi-hop questions come on top. For a log and for code
  ///   it is the number of lines, of which there are 1024 at most.
  public static func make(
    _ family: TaskFamily, _ settings: TrainingMixture, facts: Int, stream: RandomStream
  ) -> TrainingSequence {
    precondition(facts >= 1, "a training sequence has at least one fact")
    var stream = stream
    return family.type.trainingSequence(settings, facts: facts, stream: &stream)
  }
}

// MARK: - Writing

extension TrainingSequence {
  mutating func startUnit() {
    unitStarts.append(tokens.count)
  }

  /// Appends a token that nothing determines.
  mutating func append(_ token: Int32) {
    tokens.append(token)
    predictable.append(false)
    slice.append(TrainingSlice.other.rawValue)
  }

  /// Appends a token that those before it determine.
  mutating func append(_ token: Int32, determined: TrainingSlice) {
    tokens.append(token)
    predictable.append(true)
    slice.append(determined.rawValue)
  }

  mutating func append(_ entity: Entity) {
    append(entity.first)
    append(entity.second)
  }

  mutating func append(_ entity: Entity, determined: TrainingSlice) {
    append(entity.first, determined: determined)
    append(entity.second, determined: determined)
  }

  /// Appends a fact as a unit; its value is determined if the fact was stated before.
  mutating func append(_ fact: Fact, repeated: TrainingSlice?) {
    startUnit()
    append(fact.opening)
    append(fact.key)
    if let repeated {
      append(fact.value, determined: repeated)
    } else {
      append(fact.value)
    }
  }

  /// Appends random filler words, as contexts have whose length is no multiple of a fact's.
  mutating func appendPadding(
    _ stream: inout RandomStream, upTo most: Int = Fact.length - 1
  ) {
    let count = stream.below(most + 1)
    if count > 0 { startUnit() }
    for _ in 0..<count { append(SandboxToken.filler(stream.below(SandboxToken.fillerCount))) }
  }
}
