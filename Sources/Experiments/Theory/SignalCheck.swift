import Instrumentation

/// Proposition 2.4 of Bansal et al. 2026 on one generated token and one fact: the token's own output
/// carries no more of the needle than its own attention put there.
public struct SignalCheck: Sendable, Equatable, Codable {
  /// The number of the generated token t, from 0.
  public let number: Int
  /// The token.
  public let token: Int32
  /// Its position among all that was read.
  public let position: Int
  /// Which fact on the path to the answer is the needle, from 0.
  public let hop: Int
  /// `Σ_{j∈J*} α_tj` over the fact's tokens, as elsewhere.
  public let factMass: Double
  /// The same over the tokens of the fact's value, which are J* here.
  public let mass: Double
  /// `⟨u, o_t⟩` of the head's output as the kernels made it.
  public let output: Double
  /// `Σ_{j∈J*} α_tj ⟨u, v_j⟩ + (1 − Σ_{j∈J*} α_tj) · max_{j∉J*} ⟨u, v_j⟩`.
  public let bound: Double
  /// `⟨u, v⟩` of the needle: the mean over J*.
  public let needle: Double
  /// `⟨u, v⟩` of the rest of the context, on average.
  public let distractorMean: Double
  /// The greatest `⟨u, v_j⟩` of all visible distractors.
  public let distractorMaximum: Double
  /// How large projections are: the scale of rounding.
  let scale: Double

  /// A check whose numbers are known.
  public init(
    number: Int, token: Int32, position: Int, hop: Int, factMass: Double, mass: Double,
    output: Double, bound: Double, needle: Double, distractorMean: Double,
    distractorMaximum: Double
  ) {
    self.number = number
    self.token = token
    self.position = position
    self.hop = hop
    self.factMass = factMass
    self.mass = mass
    self.output = output
    self.bound = bound
    self.needle = needle
    self.distractorMean = distractorMean
    self.distractorMaximum = distractorMaximum
    scale = max(abs(needle), abs(distractorMean), abs(distractorMaximum))
  }

  /// Whether the output stays within its bound, up to what float32 sums lose: `10⁻⁵` of the
  /// projections that are summed.
  public var holds: Bool { output <= bound + 1e-5 * scale }

  /// The output in units in which the average distractor is 0 and the needle 1.
  public var signal: Double { (output - distractorMean) / (needle - distractorMean) }

  /// The bound in the same units.
  public var signalBound: Double { (bound - distractorMean) / (needle - distractorMean) }
}
