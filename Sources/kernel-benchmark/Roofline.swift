import Foundation
import TensorKernels

/// What one core of this machine can do at most, measured.
final class Roofline {
  /// Operations a second of OpenBLAS's best square product.
  let productRate: Double
  private var copyRates: [Int: Double] = [:]

  init() {
    let order = 1024
    let operand = numbers("square", order * order).view.matrix(rows: order, columns: order)
    let result = FloatStorage(count: order * order).view.matrix(rows: order, columns: order)
    let seconds = Self.seconds { BLASInformation.product(operand, operand, into: result) }
    productRate = 2 * Double(order * order * order) / seconds
  }

  /// Bytes a second, read and written, of copying blocks that together have about `bytes`.
  func copyRate(_ bytes: Int) -> Double {
    let size = max(1 << 16, bytes.nextPowerOfTwo)
    if let rate = copyRates[size] { return rate }
    let source = FloatStorage(count: size / 8)
    let target = FloatStorage(count: size / 8)
    source.view.fill(1)
    target.view.fill(2)
    let rate = Double(size) / Self.seconds { target.view.copy(from: source.view) }
    copyRates[size] = rate
    return rate
  }

  /// Seconds of processor time that one call takes: the least of seven rounds of some ten
  /// milliseconds.
  ///
  /// Time on the processor rather than on the wall, so that other programs disturb less.
  static func seconds(_ body: () -> Void) -> Double {
    func round(_ calls: Int) -> Double {
      let start = clockTime()
      for _ in 0..<calls { body() }
      return clockTime() - start
    }
    _ = round(1)
    let calls = max(1, Int(0.01 / max(1e-9, round(1))))
    let best = (0..<7).map { _ in round(calls) }.min() ?? 0
    return best / Double(calls)
  }

  private static func clockTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}

extension Int {
  fileprivate var nextPowerOfTwo: Int {
    self < 2 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
  }
}
