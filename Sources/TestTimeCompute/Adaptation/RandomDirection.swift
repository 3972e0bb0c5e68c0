import Foundation
import Randomness
import TensorKernels

extension AdaptedWeights {
  /// Replaces the change of each tensor by one in a random direction, of the same Euclidean norm up to
  /// rounding.
  func turnRandomly(_ stream: RandomStream) {
    for (index, range) in ranges.enumerated() {
      let tensor = flat.slice(range.lowerBound, range.count)
      let base = original(index).array
      var change = 0.0
      for (new, old) in zip(tensor.array, base) { change += pow(Double(new) - Double(old), 2) }
      var stream = stream.child(index)
      let direction = base.map { _ in stream.normal() }
      let norm = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let factor = norm > 0 ? change.squareRoot() / norm : 0
      tensor.copy(from: zip(base, direction).map { Float(Double($0) + factor * $1) })
    }
  }
}
