import TestTimeCompute
import Training
import TransformerModel

/// A method of a sweep with all its settings: what `TestTimeCompute.Method` is made of at a length.
public struct MethodSettings: Sendable, Equatable {
  /// The methods by name.
  public enum Name: String, CaseIterable, Sendable {
    /// Answer at once.
    case inContext = "in-context"
    /// Queries times a factor, then answer.
    case queryScale = "query-scale"
    /// Scores times `max(1, s·log n)`, then answer.
    case scalableSoftmax = "scalable-softmax"
    /// Train on spans, then answer.
    case qttt
    /// Draw attention toward the evidence, then answer.
    case alignment
    /// Train over the whole context, then answer.
    case fullTraining = "full-ttt"
    /// Generate a trace, then answer.
    case thinking
    /// A vote among sampled traces.
    case selfConsistency = "self-consistency"
    /// The best of several traces that grow together.
    case beam
    /// Train on spans, then think with what is left of the budget.
    case trainingThinking = "qttt-thinking"
  }

  /// Where and on what a method trains.
  public struct Spans: Sendable, Equatable {
    /// k.
    public var length: Int
    public var keyValues: SpanKeyValues
    public var policy: SpanTraining.Policy
    public var control: SpanTraining.Control
  }

  /// Toward what attention is drawn, and in which heads.
  public struct Alignment: Sendable, Equatable {
    public var evidence: EvidenceAlignment.Evidence
    public var heads: EvidenceAlignment.Heads
  }

  public var name: Name
  /// What trains, and how; nil where nothing does.
  public var training: WeightTrainer.Settings?
  /// Nil where the method does not train on spans.
  public var spans: Spans?
  /// Nil where the method does not train attention itself.
  public var alignment: Alignment?
  /// The factor on queries, or s of scalable softmax.
  public var factor: Double?
  /// How tokens are chosen where they are generated.
  public var sampler: Sampler?
  /// What ends a trace; nil where none is generated.
  public var traceEnd: TraceEnd?
  /// n: samples or beams.
  public var traces: Int?
  /// N; nil where the budget decides, or nothing trains.
  public var steps: Int?
  /// M, over all traces together; nil where the budget decides, or nothing is generated.
  public var tokens: Int?
  /// What may be spent; nil where steps or tokens are given, or there is nothing to choose.
  public var budget: ComputeBudget?

  /// Whether an amount of compute is to be chosen and neither steps nor tokens say which.
  var takesBudget: Bool {
    switch name {
    case .inContext, .queryScale, .scalableSoftmax: false
    case .qttt, .alignment, .fullTraining: steps == nil
    case .thinking, .selfConsistency, .beam, .trainingThinking: tokens == nil
    }
  }

  /// Why the method cannot run at a length, as the end of a sentence; nil where it can.
  func defect(length: Int) -> String? {
    let span = max(spans?.length ?? 0, budgetSpan ?? 0)
    guard span >= length else { return nil }
    return "a span of \(span) tokens and the token behind it do not fit into a context of \(length)"
  }

  private var budgetSpan: Int? {
    if case .matched(_, let spanLength) = budget { return spanLength }
    return nil
  }
}
