import Synchronization

/// Counts the multiply-adds that kernels perform, so that closed forms can be held against them.
///
/// One multiply-add is two FLOPs. Counted are matrix products and attention over *visible*
/// query-key pairs; what a blocked kernel computes beyond the causal edge and throws away, and the
/// work linear in the activations (norms, rotary, softmax, SwiGLU), is not.
public final class Tally: Sendable {
  private let count = Atomic<Int>(0)

  /// Starts at zero.
  public init() {}

  /// The multiply-adds so far.
  public var multiplyAdds: Int { count.load(ordering: .relaxed) }

  /// The floating-point operations so far: twice the multiply-adds.
  public var flops: Int { 2 * multiplyAdds }

  func add(_ multiplyAdds: Int) {
    count.wrappingAdd(multiplyAdds, ordering: .relaxed)
  }
}
