import DataFiles
import Randomness

/// What the chains of training sequences and the questions about them are like.
public struct ChainTraining: TrainingSettings {
  /// The longest chain and the most hops a question asks for, 1 … 8.
  public var hops = 3
  /// The most hops of a question that is answered at once; those of more hops are always traced.
  /// What one pass can learn to compute is bounded by depth, what a trace can is not.
  public var directHops = 8
  /// The number of hop questions drawn after a stream of chains, of which equal ones are asked once.
  public var questions = 5
  /// The probability that a hop question is answered through a trace.
  public var traced = 0.5
  /// The probability that a trace is repeated before its answer counts.
  public var retraced = 0.25

  static let settings: [Setting<ChainTraining>] = [
    Setting(
      "hops", \.hops, in: 1...SandboxToken.hopLimit,
      help: "The longest chain, and the most hops a question asks for."),
    Setting(
      "direct_hops", \.directHops, in: 1...SandboxToken.hopLimit,
      help: "The most hops of a question that is answered at once."),
    Setting(
      "questions", \.questions, in: 0...1000, help: "Hop questions drawn after a stream of chains."),
    Setting(
      "traced", \.traced, in: .closed(0...1),
      help: "The probability that a hop question is answered through a trace."),
    Setting(
      "retraced", \.retraced, in: .closed(0...1),
      help: "The probability that a trace is repeated before its answer counts."),
  ]
}

extension TrainingMixture {
  /// What multi-hop sequences are made of.
  public var chains: ChainTraining {
    get { self[ChainTraining.self] }
    set { self[ChainTraining.self] = newValue }
  }
}

extension TrainingSlice {
  /// Values of repeated facts in the stream before hop questions.
  public static let chainFact = TrainingSlice("chain_fact")
  /// Traces and the answers after them.
  public static let traced = TrainingSlice("traced")
  /// What the form of a question determines whatever the facts are: the end of a direct answer.
  public static let form = TrainingSlice("form")

  private static let direct = (1...SandboxToken.hopLimit).map { TrainingSlice("direct_hop_\($0)") }

  /// The slice of direct answers over a number of hops, 1 … 8.
  public static func direct(hops: Int) -> TrainingSlice { direct[hops - 1] }
}

/// Entities that point one to the next, chain after chain.
private struct Chains {
  /// The entities of all chains, in order.
  var entities: [Entity] = []
  /// Where each chain starts in `entities`, and the end of the last.
  var starts: [Int] = [0]
  /// The number of facts of the longest chain.
  var longest = 0

  mutating func append(facts: Int, used: inout EntitySet, _ stream: inout RandomStream) {
    for _ in 0...facts { entities.append(used.insertRandom(&stream)) }
    starts.append(entities.count)
    longest = max(longest, facts)
  }

  /// The place in `entities` where `hops` hops may start, all places equally likely.
  func start(hops: Int, _ stream: inout RandomStream) -> Int {
    var places = 0
    for chain in 0..<(starts.count - 1) {
      places += max(0, starts[chain + 1] - starts[chain] - hops)
    }
    var place = stream.below(places)
    for chain in 0..<(starts.count - 1) {
      let room = max(0, starts[chain + 1] - starts[chain] - hops)
      if place < room { return starts[chain] + place }
      place -= room
    }
    preconditionFailure("no chain has \(hops) hops")
  }
}

/// How many hops to follow, from which place in the entities of all chains.
private struct Question: Hashable {
  let hops: Int
  let start: Int

  /// All numbers of hops that some chain has are equally likely, and for each all places.
  init(_ chains: Chains, _ stream: inout RandomStream) {
    hops = 1 + stream.below(chains.longest)
    start = chains.start(hops: hops, &stream)
  }
}

extension MultiHopTask {
  static let trainingSettings = ChainTraining.settings.map { $0.of(\TrainingMixture.chains) }

  static let slices =
    [TrainingSlice.Declaration("chain_fact", title: "chains")]
    + (1...SandboxToken.hopLimit).map { .init("direct_hop_\($0)", title: "direct") }
    + [.init("traced", title: "traced"), .init("form", title: nil)]

  /// A stream of facts that form chains, then questions over them, answered at once or by a trace.
  static func trainingSequence(
    _ mixture: TrainingMixture, facts count: Int, stream: inout RandomStream
  ) -> TrainingSequence {
    let settings = mixture.chains
    let blockLength = 2 * (9 + Fact.length * settings.hops)
    var sequence = TrainingSequence(
      family: .multiHop, capacity: Fact.length * (count + 1) + settings.questions * blockLength)
    sequence.appendPadding(&stream)

    // Half of the sequences hold chains of full length; the others show shorter ones as well.
    let chainLength = stream.next() & 1 == 0 ? settings.hops : 1 + stream.below(settings.hops)
    var isNew = [Bool](repeating: true, count: count)
    var distinct = 1
    let most = Entity.count / (chainLength + 1) * chainLength
    for slot in 1..<max(count, 1) {
      isNew[slot] = stream.unit() >= mixture.rehearsal && distinct < most
      if isNew[slot] { distinct += 1 }
    }

    var chains = Chains()
    var used = EntitySet()
    for begin in stride(from: 0, to: distinct, by: chainLength) {
      chains.append(facts: min(chainLength, distinct - begin), used: &used, &stream)
    }
    let inOrder = stream.next() & 1 == 0
    let order = statingOrder(chains, inOrder: inOrder, &stream)
    var stated = 0
    for slot in 0..<count {
      let place = isNew[slot] ? order[stated] : order[stream.below(stated)]
      let fact = Fact(
        opening: SandboxToken.fact, key: chains.entities[place], value: chains.entities[place + 1])
      sequence.append(fact, repeated: isNew[slot] ? nil : .chainFact)
      if isNew[slot] { stated += 1 }
    }
    // The same question twice would be answered by looking up its first answer, and the model would
    // learn that instead of following the chain.
    var asked = Set<Question>()
    for _ in 0..<settings.questions {
      let question = Question(chains, &stream)
      if asked.insert(question).inserted {
        sequence.append(question, chains, settings, &stream)
      }
    }
    return sequence
  }

  /// The places in `chains.entities` whose facts are stated, in the order of their first statements:
  /// a random order, in which a chain keeps its own order if `inOrder`.
  private static func statingOrder(
    _ chains: Chains, inOrder: Bool, _ stream: inout RandomStream
  ) -> [Int] {
    var order: [Int] = []
    order.reserveCapacity(chains.entities.count)
    for chain in 0..<(chains.starts.count - 1) {
      for place in chains.starts[chain]..<(chains.starts[chain + 1] - 1) { order.append(place) }
    }
    var chainOf = [Int](repeating: 0, count: inOrder ? chains.entities.count : 0)
    stream.shuffle(&order)
    guard inOrder else { return order }
    for chain in 0..<(chains.starts.count - 1) {
      for place in chains.starts[chain]..<chains.starts[chain + 1] { chainOf[place] = chain }
    }
    var next = chains.starts
    for slot in order.indices {
      let chain = chainOf[order[slot]]
      order[slot] = next[chain]
      next[chain] += 1
    }
    return order
  }
}

extension TrainingSequence {
  /// Appends `? two a b = e f <end>`, or the same through a trace, as one unit.
  fileprivate mutating func append(
    _ question: Question, _ chains: Chains, _ settings: ChainTraining,
    _ stream: inout RandomStream
  ) {
    let (hops, start) = (question.hops, question.start)
    let answer = chains.entities[start + hops]
    startUnit()
    append(SandboxToken.question)
    append(SandboxToken.hops(hops))
    append(chains.entities[start])
    guard stream.unit() < settings.traced || hops > settings.directHops else {
      let slice = TrainingSlice.direct(hops: hops)
      append(SandboxToken.answer)
      append(answer, determined: slice)
      append(SandboxToken.end, determined: .form)
      return
    }
    for _ in 0..<(stream.unit() < settings.retraced ? 2 : 1) {
      append(SandboxToken.think)
      for hop in 0..<hops {
        append(SandboxToken.hops(hops - hop), determined: .traced)
        append(chains.entities[start + hop], determined: .traced)
        append(chains.entities[start + hop + 1], determined: .traced)
      }
      append(SandboxToken.answer, determined: .traced)
      append(answer, determined: .traced)
    }
    // The trace might have been repeated instead, so nothing determines that the block ends here.
    append(SandboxToken.end)
  }
}
