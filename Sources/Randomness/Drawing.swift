import Foundation

extension RandomStream {
  /// A whole number in 0..<n, every one equally likely.
  ///
  /// Unbiased: multiply and reject (Lemire, "Fast random integer generation in an interval", 2019).
  public mutating func below(_ n: Int) -> Int {
    precondition(n > 0, "below(_:) needs a positive bound")
    let bound = UInt64(n)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold {
        product = next().multipliedFullWidth(by: bound)
      }
    }
    return Int(product.high)
  }

  /// A uniform number in [0, 1), a multiple of 2⁻⁵³.
  public mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A normal number of mean 0 and standard deviation 1; it always takes two words of the stream.
  ///
  /// The Box–Muller transform. The sine twin is dropped, so that `position` gives the whole state.
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - unit())).squareRoot()
    return radius * cos(2 * Double.pi * unit())
  }

  /// Puts the elements into a random order, all orders equally likely.
  ///
  /// The library's own Fisher–Yates pass, so that a new toolchain cannot change the data.
  @inlinable
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, below(last + 1))
    }
  }

  /// Distinct whole numbers of 0..<n in the order in which they were drawn.
  ///
  /// - Complexity: O(`count`) time and memory, however large `n` is.
  public mutating func choose(_ count: Int, outOf n: Int) -> [Int] {
    precondition(0 <= count && count <= n, "choose(_:outOf:) needs 0 ≤ count ≤ n")
    // The first `count` steps of a Fisher–Yates shuffle of 0..<n, of which only the entries that
    // moved are kept.
    var moved: [Int: Int] = [:]
    var chosen: [Int] = []
    chosen.reserveCapacity(count)
    for step in 0..<count {
      let pick = step + below(n - step)
      chosen.append(moved[pick] ?? pick)
      moved[pick] = moved[step] ?? step
    }
    return chosen
  }
}
