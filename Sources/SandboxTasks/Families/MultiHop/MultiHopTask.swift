import DataFiles
import Randomness

/// The order in which a chain's facts stand in the context.
public enum FactOrder: String, CaseIterable, Sendable {
  case inOrder = "in-order"
  case shuffled
}

/// Multi-hop: facts `. a b c d` that form chains of h hops; the question `? three a b` asks where
/// h hops lead from the first entity of one chain, whose facts are stated once each.
public struct MultiHopTask: SandboxTask {
  /// The number of facts from the asked entity to the answer, 1 … 8; all chains are as long.
  public var hops: Int
  /// The order of a chain's facts in the context.
  public var order: FactOrder

  static let name = "multi-hop"
  static let defaultShare = 1.0
  static let form = Fact.form
  static let answerMarker: Int32? = SandboxToken.answer
  static let traceMarker: Int32? = SandboxToken.think

  static let settings: [Setting<MultiHopTask>] = [
    Setting(
      "hops", \.hops, in: 1...SandboxToken.hopLimit,
      help: "Facts to follow from the question to the answer."),
    Setting("order", \.order, help: "The order of a chain's facts in the context."),
  ]

  /// Two hops in any order, by default.
  public init(hops: Int = 2, order: FactOrder = .shuffled) {
    self.hops = hops
    self.order = order
  }

  public init() { self.init(hops: 2) }

  init(goldFacts count: Int) { self.init(hops: count) }

  var needleCount: Int { hops }
  var goldCounts: ClosedRange<Int> { hops...hops }

  /// Other entities of the chain may be neighbours of a key, and are then not to be had as distractors.
  var similarLimit: Int { Entity.neighbourCount - hops }

  func isStatement(_ tokens: ArraySlice<Int32>) -> Bool {
    Fact.isSpelt(by: tokens, opening: SandboxToken.fact...SandboxToken.fact)
  }

  /// All facts lead to the answer, which is the value of the last.
  func answerHops(_ instance: TaskInstance) -> [ClosedRange<Int>] {
    instance.answer.map { _ in 0...instance.gold.count - 1 }
  }

  /// Each hop is restated in a fact's form: what opens it, its key, its value.
  func valuePlaces(inTraceOf instance: TaskInstance) -> [Int]? {
    instance.gold.enumerated().map { hop, fact in
      hop * fact.span.count + fact.value.lowerBound - fact.span.lowerBound
    }
  }

  func draft(_ settings: TaskSettings, _ random: RandomStream) -> TaskDraft {
    var draws = random.child("needles")
    var taken = EntitySet()
    let chain = (0...hops).map { _ in taken.insertRandom(&draws) }
    let needles = place(chain, settings, random.child("depths"))

    var supply = KeySupply(
      taken: chain, goldKeys: Array(chain.dropLast()), similar: settings.similar,
      stream: random.child("keys"))
    var facts = random.child("facts")
    var growth = FactGrowth(
      capacity: settings.length / Fact.length - hops, rehearsal: settings.rehearsal,
      stream: random.child("rehearsal"))
    growth.grow(reserved: settings.similar ?? 0) {
      distractorChain(&supply, &facts)
    }

    var draft = TaskDraft(
      writer: .stream(settings, needles: needles, growth: growth, random: random))
    draft.question = [SandboxToken.question, SandboxToken.hops(hops)]
    draft.question.append(chain[0])
    draft.appendAnswer(chain[hops], isValue: true)
    for hop in 0..<hops {
      draft.trace.append(SandboxToken.hops(hops - hop))
      draft.trace.append(chain[hop])
      draft.trace.append(chain[hop + 1])
    }
    draft.trace.append(SandboxToken.answer)
    return draft
  }

  /// The chain's facts with their depths, in the order in which equal depths are to stand.
  private func place(
    _ chain: [Entity], _ settings: TaskSettings, _ random: RandomStream
  ) -> [Needle] {
    var random = random
    var depths = (0..<hops).map { _ in settings.depth ?? random.unit() }
    if order == .inOrder { depths.sort() }
    var needles = (0..<hops).map { hop in
      Needle(
        fact: Fact(opening: SandboxToken.fact, key: chain[hop], value: chain[hop + 1]), hop: hop,
        depth: depths[hop])
    }
    if order == .shuffled { random.shuffle(&needles) }
    return needles
  }

  /// A chain of as many hops as the asked one, spread over the context by the same law.
  private func distractorChain(
    _ supply: inout KeySupply, _ facts: inout RandomStream
  ) -> [(fact: Fact, coordinate: Double)]? {
    var chain: [Entity] = []
    for _ in 0..<hops {
      guard let key = supply.nextKey() else { return nil }
      chain.append(key)
    }
    guard let terminal = supply.nextTerminal() else { return nil }
    chain.append(terminal)
    var coordinates = (0..<hops).map { _ in facts.unit() }
    if order == .inOrder { coordinates.sort() }
    return (0..<hops).map { hop in
      (Fact(opening: SandboxToken.fact, key: chain[hop], value: chain[hop + 1]), coordinates[hop])
    }
  }

  func english(_ instance: TaskInstance) -> EnglishWording {
    let start = EnglishWording.name(instance.question.suffix(2))
    let count = Vocabulary.sandbox.words[Int(SandboxToken.hops(hops))]
    let paths = hops == 1 ? "one path" : "\(count) paths"
    return EnglishWording(
      introduction:
        "Below is a list of paths between places; some entries are repeated. Keep all of "
        + "them in mind, for you will be asked to follow some.",
      sentence: { statement in
        let fact = Fact(statement)
        return EnglishSentence(
          "From ", .key(fact.key.name), " the path leads to ", .value(fact.value.name), ".")
      },
      question: "Where do you arrive when you start at \(start) and follow \(paths) of the list?",
      answerPrefix: " Starting at \(start) and following \(paths), you arrive at",
      outputs: instance.goldValueNames.suffix(1))
  }
}

extension TaskFamily {
  public static let multiHop = TaskFamily(MultiHopTask.self)
}

extension TaskShape {
  public static func multiHop(_ task: MultiHopTask) -> TaskShape { TaskShape(task) }
}
