/// The families of sandbox tasks.
public enum TaskFamily: String, CaseIterable, Sendable {
  /// A stream of facts; the question is the key of one that was stated once.
  case keyValue = "key-value"
  /// Marked facts in a haystack of words or of facts like them.
  case needle
  /// A chain of facts to follow from entity to entity.
  case multiHop = "multi-hop"
  /// A log of operations on accounts, one of which is anomalous.
  case transactionLog = "transaction-log"
  /// Files of definitions and calls, one of which is wrong.
  case codeBug = "code-bug"
}

/// Named streams of instances; no two share a draw.
public enum Split: String, CaseIterable, Sendable {
  /// For training; training never sees the other two.
  case train
  /// For choosing learning rates and the like.
  case heldOut = "held-out"
  /// For what is reported.
  case test
}

/// What the needles of a needle task lie in.
public enum HaystackKind: String, CaseIterable, Sendable {
  /// Independent filler words.
  case noise
  /// One sentence of eight filler words, drawn for the instance, over and over.
  case repeated
  /// Facts of the needles' own form about other keys.
  case needles
}

/// The order in which a chain's facts stand in the context.
public enum FactOrder: String, CaseIterable, Sendable {
  case inOrder = "in-order"
  case shuffled
}

/// The shape of a needle task.
public struct NeedleShape: Sendable, Equatable {
  /// What the needles lie in.
  public var haystack: HaystackKind
  /// The number of keys that are stated as needles, 1 … 8.
  public var keys: Int
  /// The number of values of each key, 1 … 4.
  public var values: Int
  /// How many of the keys are asked for, 1 … `keys`.
  public var queries: Int
  /// How many facts about other keys lie among the words of a noise or repeated haystack.
  public var distractors: Int

  /// One needle among needles, unless told otherwise.
  public init(
    haystack: HaystackKind = .needles, keys: Int = 1, values: Int = 1, queries: Int = 1,
    distractors: Int = 0
  ) {
    self.haystack = haystack
    self.keys = keys
    self.values = values
    self.queries = queries
    self.distractors = distractors
  }
}

/// The shape of a multi-hop task.
public struct MultiHopShape: Sendable, Equatable {
  /// The number of facts from the asked entity to the answer, 1 … 8; all chains are as long.
  public var hops: Int
  /// The order of a chain's facts in the context.
  public var order: FactOrder

  /// Two hops in any order, unless told otherwise.
  public init(hops: Int = 2, order: FactOrder = .shuffled) {
    self.hops = hops
    self.order = order
  }
}

/// The shape of a transaction log.
public struct TransactionLogShape: Sendable, Equatable {
  /// What is wrong with one line; nil draws it.
  public var anomaly: LedgerAnomaly?

  /// Any anomaly, unless told otherwise.
  public init(anomaly: LedgerAnomaly? = nil) { self.anomaly = anomaly }
}

/// A family with the choices that it alone has.
public enum TaskShape: Sendable, Equatable {
  case keyValue
  case needle(NeedleShape)
  case multiHop(MultiHopShape)
  case transactionLog(TransactionLogShape)
  case codeBug

  /// The family.
  public var family: TaskFamily {
    switch self {
    case .keyValue: .keyValue
    case .needle: .needle
    case .multiHop: .multiHop
    case .transactionLog: .transactionLog
    case .codeBug: .codeBug
    }
  }

  /// The number of facts that are stated once: the asked ones and, for needle, the other needles. For
  /// a log and for code, the most lines that the wrong one brings with it.
  public var needleCount: Int {
    switch self {
    case .keyValue: 1
    case .needle(let shape): shape.keys * shape.values
    case .multiHop(let shape): shape.hops
    case .transactionLog: LedgerGrowth.anomalyLines
    case .codeBug: CodeGrowth.fileLines.upperBound
    }
  }
}

/// Everything but seed, split and index that an instance is made of.
public struct TaskSettings: Sendable, Equatable {
  /// The family and its own choices.
  public var shape: TaskShape

  /// The exact number of context tokens, T.
  public var length: Int

  /// Where the needles stand, as a share of the context's length in 0 … 1; nil draws a depth for each.
  /// Needles that share a fixed depth stand together.
  public var depth: Double?

  /// The probability that a distractor fact is a repetition, in 0..<1. In a log, that an account has
  /// a further operation; in code, that a line calls a function instead of defining one.
  public var rehearsal: Double

  /// The exact number of distinct distractor facts whose key shares exactly one symbol, in the same
  /// place, with a key on the way to the answer; nil leaves it to chance.
  public var similar: Int?

  /// Settings of a shape and a length.
  public init(
    _ shape: TaskShape, length: Int, depth: Double? = nil, rehearsal: Double = 0.5,
    similar: Int? = nil
  ) {
    self.shape = shape
    self.length = length
    self.depth = depth
    self.rehearsal = rehearsal
    self.similar = similar
  }

  /// The family.
  public var family: TaskFamily { shape.family }
}

extension TaskSettings {
  /// The most keys a needle task has.
  public static let keyLimit = 8

  /// The longest context, in tokens.
  public static let lengthLimit = 1 << 28

  /// The most similar distractors these settings allow, whatever keys are drawn.
  ///
  /// A key shares one symbol in its place with 2 · 31 others; other entities on the way to the answer
  /// may be among those and are then not to be had as distractors.
  public var similarLimit: Int {
    let neighbours = 2 * (SandboxToken.symbolCount - 1)
    switch shape {
    case .keyValue: return neighbours
    case .needle(let shape): return (neighbours - (shape.queries - 1)) * shape.values
    case .multiHop(let shape): return neighbours - shape.hops
    case .transactionLog, .codeBug: return 0
    }
  }

  /// The least length that holds the needles and the distractors asked for by number, in tokens.
  public var leastLength: Int {
    var facts = shape.needleCount
    if case .needle(let needle) = shape, needle.haystack != .needles {
      facts += needle.distractors
    } else {
      facts += similar ?? 0
    }
    return family.form.length * facts
  }

  /// The greatest length, in tokens: every line of a log or of code needs names of its own.
  public var greatestLength: Int {
    switch family {
    case .keyValue, .needle, .multiHop: Self.lengthLimit
    case .transactionLog: LedgerLine.form.length * LedgerGrowth.limit
    case .codeBug: CodeLine.form.length * CodeGrowth.limit
    }
  }

  /// Throws for the first setting that no instance can be made of.
  public func validate() throws(TaskSettingsError) {
    try validateShape()
    try check("length", length, in: 1...greatestLength)
    if let depth, !(0...1 ~= depth) {
      throw .outOfRange(name: "depth", value: "\(depth)", range: "0 … 1")
    }
    guard rehearsal >= 0, rehearsal < 1 else {
      throw .outOfRange(name: "rehearsal", value: "\(rehearsal)", range: "0 or more, below 1")
    }
    if let similar {
      guard similarLimit > 0 else { throw .noSimilar(family) }
      try check("similar", similar, in: 0...similarLimit)
      if case .needle(let needle) = shape, needle.haystack != .needles,
        similar > needle.distractors
      {
        throw .tooFewDistractors(similar: similar, distractors: needle.distractors)
      }
    }
    guard length >= leastLength else { throw .tooShort(length: length, least: leastLength) }
  }

  private func validateShape() throws(TaskSettingsError) {
    switch shape {
    case .keyValue: break
    case .needle(let needle):
      try check("keys", needle.keys, in: 1...Self.keyLimit)
      try check("values", needle.values, in: 1...SandboxToken.ordinalCount)
      guard 1...needle.keys ~= needle.queries else {
        throw .tooManyQueries(queries: needle.queries, keys: needle.keys)
      }
      if needle.haystack == .needles {
        guard needle.distractors == 0 else { throw .distractorsAmongNeedles }
      } else {
        // Half of all keys at most, so that the wanted number of similar ones is always to be had.
        try check("distractors", needle.distractors, in: 0...(Entity.count / 2 * needle.values))
      }
    case .multiHop(let multiHop):
      try check("hops", multiHop.hops, in: 1...SandboxToken.hopLimit)
    case .transactionLog, .codeBug: break
    }
  }

  private func check(
    _ name: String, _ value: Int, in range: ClosedRange<Int>
  ) throws(TaskSettingsError) {
    guard range.contains(value) else {
      throw .outOfRange(
        name: name, value: "\(value)", range: "\(range.lowerBound) … \(range.upperBound)")
    }
  }
}
