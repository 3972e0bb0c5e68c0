import Randomness
import TensorKernels
import TestTimeCompute
import TransformerModel

/// A context that a random model has read, with a problem about it.
struct MethodFixture {
  let model: Transformer
  let context: ReadContext
  let donor: ReadContext
  /// Asked in the form of hops: the trace states its answer behind a marker.
  let marked: Problem
  /// Asked in the form of facts: the answer follows at once.
  let unmarked: Problem

  static let length = 150

  init(_ model: Transformer = TinyModel.sandbox, workers: Workers = .one) {
    self.model = model
    let configuration = model.configuration
    context = ReadContext(model, capacity: 400, workers: workers, chunk: 64)
    context.read(TinyModel.tokens(Self.length, of: configuration, seed: 11))
    donor = ReadContext(model, capacity: 200, workers: workers)
    donor.read(TinyModel.tokens(Self.length - 10, of: configuration, seed: 12))
    let gold = [20..<25, 93..<98, 145..<150]
    let words = TinyModel.tokens(4, of: configuration, seed: 13)
    marked = Problem(
      directPrompt: words + [7], thinkingPrompt: words + [8],
      answer: TinyModel.tokens(2, of: configuration, seed: 14),
      trace: TraceForm(answerMarker: 7, bridge: [8]), gold: gold)
    unmarked = Problem(
      directPrompt: words, thinkingPrompt: words,
      answer: TinyModel.tokens(3, of: configuration, seed: 15),
      trace: TraceForm(answerMarker: nil, bridge: words), gold: gold)
  }

  var problems: [Problem] { [marked, unmarked] }

  func run(
    _ method: Method, on problem: Problem, seed: UInt64 = 1, observer: MethodObserver? = nil
  ) throws -> MethodOutcome {
    try method.run(
      problem, in: context, stream: RandomStream(seed: seed, label: "a run"), donor: donor,
      observer: observer)
  }

  func run(_ adaptation: (any Adaptation)?, seed: UInt64 = 1) throws -> MethodOutcome {
    try run(Method(adaptation: adaptation), on: marked, seed: seed)
  }

  /// Everything but time.
  static func summary(_ outcome: MethodOutcome) -> [String] {
    [
      "\(outcome.answer)", "\(outcome.answerProbabilities.map(\.bitPattern))",
      "\(outcome.traces)", "\(outcome.answers)", "\(outcome.spentFLOPs)",
      "\(outcome.predictedFLOPs)", "\(outcome.majority ?? [])", "\(outcome.generatedTokens)",
      "\(outcome.steps)", "\(outcome.isCorrect)", "\(outcome.hasDiverged)",
    ]
  }
}

extension TrainingSettings {
  static let query = TrainingSettings(learningRate: 1e-2)

  static func of(_ weights: TrainedWeights, rank: Int = 2) -> TrainingSettings {
    TrainingSettings(weights, rank: rank, learningRate: 1e-2)
  }
}

/// Adaptations of every kind, all with steps.
let allAdaptations: [any Adaptation] = {
  var all: [any Adaptation] = []
  for policy in SpanTraining.Policy.allCases {
    for control in SpanTraining.Control.allCases {
      all.append(
        SpanTraining(
          steps: 3, spanLength: 17, training: .query, policy: policy, control: control))
    }
  }
  for weights in TrainedWeights.allCases {
    for mode in SpanKeyValues.allCases where mode == .recomputed || !weights.needsOwnKeyValues {
      all.append(
        SpanTraining(steps: 2, spanLength: 66, training: .of(weights), keyValues: mode))
    }
    all.append(ContextTraining(steps: 2, training: .of(weights)))
  }
  all.append(
    SpanTraining(
      steps: 3, spanLength: 20,
      training: TrainingSettings(optimizer: .sgd, learningRate: 0.5, clip: nil)))
  for heads in EvidenceAlignment.Heads.allCases {
    for evidence in [EvidenceAlignment.Evidence.gold, .picked] {
      all.append(
        EvidenceAlignment(
          steps: 3, training: .query, evidence: evidence, picked: 12, heads: heads))
    }
  }
  all.append(
    EvidenceAlignment(steps: 2, training: .of(.lowRankQuery, rank: 3), evidence: .gold))
  all.append(EvidenceAlignment(steps: 2, training: .of(.all), evidence: .gold))
  all.append(QueryScaling.factor(1.5))
  all.append(QueryScaling.scalableSoftmax(0.4))
  return all
}()

/// Decodings of every kind.
let allDecodings: [any Decoding] = [
  DirectAnswer(), Thinking(tokens: 1, end: .budget), Thinking(tokens: 41, end: .budget),
  Thinking(tokens: 40, end: .budget, sampler: .paper),
  SelfConsistency(traces: 5, tokensEach: 12, end: .budget),
  SelfConsistency(traces: 1, tokensEach: 2, end: .budget),
  BeamSearch(beams: 4, tokensEach: 15, end: .budget),
  BeamSearch(beams: 1, tokensEach: 7, end: .budget),
]

/// Decodings that may end before their budget is spent.
let freeDecodings: [any Decoding] = [
  Thinking(tokens: 1), Thinking(tokens: 41), Thinking(tokens: 40, sampler: .paper),
  SelfConsistency(traces: 5, tokensEach: 12), BeamSearch(beams: 4, tokensEach: 15),
  OpenAnswer(limit: 9, ends: [0, 1, 2, 3, 4, 5, 6]),
  OpenThinking(
    tokens: 12, endOfThought: 9, afterEnd: [1, 2], closing: [9, 1, 2], turnEnds: [3],
    answer: OpenAnswer(limit: 6, ends: [4, 5, 6])),
]
