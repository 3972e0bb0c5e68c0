import TensorKernels

/// Keys and values that branches of a context have each for themselves, behind the common ones.
///
/// Per layer and key-value head lie the branches side by side, `[branches, capacity, w]`. They are
/// floats even where the common ones are in half precision, and are then rounded to it, so that a
/// branch reads as the session would alone.
final class BranchedCache: Sendable {
  let configuration: ModelConfiguration
  let branches: Int
  /// The number of tokens that each branch has room for.
  let capacity: Int
  private let keys: [FloatStorage]
  private let values: [FloatStorage]

  init(_ configuration: ModelConfiguration, branches: Int, capacity: Int) {
    self.configuration = configuration
    self.branches = branches
    self.capacity = capacity
    let count = configuration.keyValueWidth * branches * capacity
    keys = (0..<configuration.layers).map { _ in FloatStorage(count: count) }
    values = (0..<configuration.layers).map { _ in FloatStorage(count: count) }
  }

  /// Floats between the same token of two neighbouring branches.
  var branchStride: Int { capacity * configuration.headWidth }
  /// Floats between the same token of two neighbouring heads.
  var headStride: Int { branches * branchStride }

  /// Keys and values of a branch in `layer`; those of the next lie `branchStride` on.
  func view(layer: Int, branch: Int = 0) -> KeyValueView {
    let w = configuration.headWidth
    let offset = branch * branchStride
    let k = keys[layer].view
    let v = values[layer].view
    return KeyValueView(
      keys: k.slice(offset, k.count - offset), keyRowStride: w, keyHeadStride: headStride,
      values: v.slice(offset, v.count - offset), valueRowStride: w, valueHeadStride: headStride)
  }

  /// Where token `index` of the first branch is written.
  func keyDestination(layer: Int, at index: Int) -> FloatView { from(index, keys[layer].view) }

  /// Where token `index` of the first branch is written.
  func valueDestination(layer: Int, at index: Int) -> FloatView { from(index, values[layer].view) }

  private func from(_ index: Int, _ view: FloatView) -> FloatView {
    let offset = index * configuration.headWidth
    return view.slice(offset, view.count - offset)
  }

  /// Gives branch `target` the first `count` tokens of branch `source`.
  func copy(_ source: Int, to target: Int, count: Int) {
    let floats = count * configuration.headWidth
    for storage in keys + values {
      for head in 0..<configuration.keyValueHeads {
        let start = head * headStride
        storage.view.slice(start + target * branchStride, floats)
          .copy(from: storage.view.slice(start + source * branchStride, floats))
      }
    }
  }

  /// Rounds token `index` of some branches to `precision`, as a cache of that precision would.
  func round(layer: Int, branches: Range<Int>, at index: Int, to precision: StoragePrecision) {
    let w = configuration.headWidth
    for head in 0..<configuration.keyValueHeads {
      for branch in branches {
        let place = head * headStride + branch * branchStride + index * w
        keys[layer].view.slice(place, w).round(to: precision)
        values[layer].view.slice(place, w).round(to: precision)
      }
    }
  }

  /// Writes the first `count` tokens of a branch into `cache`, from token `start` on.
  func write(_ branch: Int, count: Int, to cache: KeyValueCache, from start: Int) {
    let floats = count * configuration.headWidth
    for layer in 0..<configuration.layers {
      for head in 0..<configuration.keyValueHeads {
        let place = head * headStride + branch * branchStride
        cache.store(
          layer: layer, head: head, from: start, keys: keys[layer].view.slice(place, floats),
          values: values[layer].view.slice(place, floats))
      }
    }
  }
}
