import TensorKernels

/// Keys and values that branches of a context have each for themselves, behind the common ones: token `i`
/// of branch `b` is token `b·capacity + i` of a cache.
///
/// They are floats even where the common ones are in half precision, and are then rounded to it, so that
/// a branch reads as the session would alone.
struct BranchedCache: Sendable {
  let cache: KeyValueCache
  let branches: Int
  /// The number of tokens that each branch has room for.
  let capacity: Int

  init(_ configuration: ModelConfiguration, branches: Int, capacity: Int) {
    cache = KeyValueCache(configuration, capacity: branches * capacity)
    self.branches = branches
    self.capacity = capacity
  }

  /// Floats between the same token of two neighbouring branches.
  var branchStride: Int { capacity * cache.configuration.headWidth }

  /// Keys and values of a branch in `layer`; those of the next lie `branchStride` on.
  func view(layer: Int, branch: Int = 0) -> KeyValueView {
    cache.view(layer: layer).moved(by: branch * branchStride)
  }

  /// Writes the first `count` tokens of a branch into a cache, from token `start` on.
  func write(_ branch: Int, count: Int, to other: KeyValueCache, from start: Int) {
    let first = branch * capacity
    other.copy(first..<first + count, of: cache, to: start)
  }
}
