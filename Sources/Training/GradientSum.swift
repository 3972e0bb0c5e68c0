import Foundation
import TensorKernels
import TransformerModel

/// The gradient of a batch, summed over its parts in their order, whoever computes them.
///
/// Each part needs memory of the size of the parameters, but never all parts at once: the first is
/// computed in place, and a part that is next in the order is added and its buffer given to another.
/// Where memory is no matter every part has a buffer of its own, so that nobody waits for a part
/// before its own and the sum is shared out among the workers. Both add the same floats in the
/// same order.
final class GradientSum: @unchecked Sendable {
  /// The sum, once `run` is through.
  let total: Parameters
  private let parts: Int
  private let workers: Workers
  private let buffers: [Parameters]

  // All below is guarded by the condition while workers run.
  private let condition = NSCondition()
  private var free: [Parameters] = []
  /// The part that is begun next, and the one that is added next.
  private var begun = 0
  private var added = 0
  private var finished: [Int: Parameters] = [:]
  private var isAdding = false

  /// Memory that buffers may take beyond one for each worker.
  private static let spareBytes = 64 << 20
  /// Floats that are added at a time where a sum is shared out.
  private static let chunk = 1 << 16

  init(_ configuration: ModelConfiguration, parts: Int, workers: Workers) {
    self.parts = parts
    self.workers = workers
    total = Parameters(configuration)
    buffers = (0..<Self.bufferCount(total.flat.count, parts: parts, workers: workers)).map { _ in
      Parameters(configuration)
    }
  }

  /// How many floats there are for each of `count` parameters.
  static func floatsEach(_ count: Int, parts: Int, workers: Workers) -> Int {
    1 + bufferCount(count, parts: parts, workers: workers)
  }

  private static func bufferCount(_ count: Int, parts: Int, workers: Workers) -> Int {
    let spare = spareBytes / max(1, count * MemoryLayout<Float>.stride)
    return min(parts - 1, max(workers.count, spare))
  }

  /// Whether parts stay apart until all are there.
  private var holdsAll: Bool { buffers.count == parts - 1 }

  /// Computes all parts and leaves their sum in `total`.
  ///
  /// - Parameter body: called once for each part, on any worker, with zeros to add the part to.
  /// - Returns: what `body` returned, in the order of the parts, and the squared norm of the sum.
  func run<Value: Sendable>(
    _ body: @Sendable (_ part: Int, _ worker: Int, _ gradient: Parameters) -> Value
  ) -> (values: [Value], squaredNorm: Double) {
    free = [total] + buffers
    begun = 0
    added = 0
    finished = [:]
    let values = Trainer.collect(parts, workers) { _, worker in
      let (part, gradient) = take()
      gradient.flat.fill(0)
      let value = body(part, worker, gradient)
      give(part, gradient)
      return (part, value)
    }
    return (values.sorted { $0.0 < $1.0 }.map(\.1), sumUp())
  }

  /// The next part and a buffer for it; waits until there is one.
  ///
  /// Both are taken at once, so that the lowest part that is computed always has a buffer, is finished some
  /// day, and sets others free.
  private func take() -> (Int, Parameters) {
    condition.lock()
    defer { condition.unlock() }
    while free.isEmpty { condition.wait() }
    begun += 1
    return (begun - 1, free.removeFirst())
  }

  /// Adds a finished part and those that waited for it, unless another worker is at it already.
  private func give(_ part: Int, _ gradient: Parameters) {
    condition.lock()
    defer { condition.unlock() }
    finished[part] = gradient
    if holdsAll || isAdding { return }
    isAdding = true
    while let next = finished[added] {
      if added > 0 {
        condition.unlock()
        AdamWKernel.add(next.flat, to: total.flat)
        condition.lock()
        free.append(next)
        condition.signal()
      }
      finished[added] = nil
      added += 1
    }
    isAdding = false
  }

  /// Adds what is still apart to the total, chunk by chunk, and returns the squared norm.
  private func sumUp() -> Double {
    let total = self.total.flat
    let rest = holdsAll ? (1..<parts).compactMap { finished[$0]?.flat } : []
    let squares = Trainer.collect((total.count + Self.chunk - 1) / Self.chunk, workers) {
      index, _ in
      let start = index * Self.chunk
      let part = total.slice(start, min(Self.chunk, total.count - start))
      for other in rest { AdamWKernel.add(other.slice(start, part.count), to: part) }
      return AdamWKernel.sumOfSquares(part)
    }
    return squares.reduce(0, +)
  }
}
