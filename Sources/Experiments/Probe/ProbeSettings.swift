import TensorKernels
import TestTimeCompute
import TransformerModel

/// How instances are probed.
public struct ProbeSettings: Sendable, Equatable {
  /// How the queries are adapted; nil measures in context alone.
  public var adaptation: Adaptation?
  /// Changes to attention, for context and question alike.
  public var options: PassOptions
  /// How keys and values are stored.
  public var keyValuePrecision: StoragePrecision
  /// Decides the spans.
  public var seed: UInt64
  /// The numbers of the instances of which attention is kept position by position, in context and
  /// after the last step.
  public var profiled: Set<Int>
  /// The instruments that are read beside the standard ones, by name and in the catalog's order.
  public var instruments: [String]

  /// In context alone, unless told otherwise.
  public init(
    adaptation: Adaptation? = nil, options: PassOptions = .init(),
    keyValuePrecision: StoragePrecision = .float32, seed: UInt64 = 0, profiled: Set<Int> = [],
    instruments: [String] = []
  ) {
    self.adaptation = adaptation
    self.options = options
    self.keyValuePrecision = keyValuePrecision
    self.seed = seed
    self.profiled = profiled
    self.instruments = instruments
  }

  /// Query-only test-time training on uniform spans.
  public struct Adaptation: Sendable, Equatable {
    /// N: how many steps; with 0 nothing but the measurement in context is made.
    public var steps: Int
    /// k: tokens in a span. A context of T ≤ k tokens has spans of T − 1.
    public var spanLength: Int
    /// Measured is before the first step, after every step whose number this divides, and after the
    /// last.
    public var interval: Int
    /// How a step is made.
    public var step: QueryAdapter.Settings

    /// `steps` steps on spans of `spanLength` tokens, measured after each.
    public init(
      steps: Int, spanLength: Int, interval: Int = 1, step: QueryAdapter.Settings
    ) {
      precondition(steps >= 0 && spanLength >= 1 && interval >= 1, "impossible adaptation")
      self.steps = steps
      self.spanLength = spanLength
      self.interval = interval
      self.step = step
    }

    /// Whether a measurement is made after step number `step`, counted from 1.
    func isMeasured(after step: Int) -> Bool { step == steps || step % interval == 0 }

    /// The tokens of a span of a context of `length` tokens.
    public func spanLength(inContextOf length: Int) -> Int { min(spanLength, length - 1) }
  }
}
