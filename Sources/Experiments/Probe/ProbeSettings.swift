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

  /// In context alone, by default.
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

  /// A method that changes weights or attention before the answer.
  public struct Adaptation: Sendable, Equatable {
    public var method: ChosenMethod
    /// Measured is before the first step, after every step whose number this divides, and after the
    /// last.
    public var interval: Int

    /// A method with an amount, measured after each step.
    public init(_ method: ChosenMethod, interval: Int = 1) {
      precondition(interval >= 1, "measured is after whole numbers of steps")
      self.method = method
      self.interval = interval
    }

    /// N: how many steps; with 0 nothing but the measurement in context is made. What is not trained is
    /// one step.
    public var steps: Int {
      if case .given(let steps) = method.amount { steps } else { 1 }
    }

    /// Whether a measurement is made after step number `step`, counted from 1.
    func isMeasured(after step: Int) -> Bool { step == steps || step % interval == 0 }

    /// The method for a context of `length` tokens; a context of T ≤ k tokens has spans of T − 1.
    func method(inContextOf length: Int) -> Method {
      method.settings.fitted(to: length).method(steps, .sandbox)
    }

    /// The adaptation where it takes steps on spans.
    func spanTraining(inContextOf length: Int) -> SpanTraining? {
      method(inContextOf: length).adaptation as? SpanTraining
    }
  }
}
