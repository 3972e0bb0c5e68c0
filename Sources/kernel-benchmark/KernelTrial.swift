import Randomness
import TensorKernels

/// One kernel at one shape, ready to run again and again.
struct KernelTrial {
  let name: String
  let shape: String
  /// Operations that the closed forms count; 0 where a kernel only passes over its data.
  var operations = 0
  /// Bytes that must be read or written at least once.
  var bytes = 0
  /// How far the result is from the reference, relative to the reference's norm, and how far it may be.
  let error: Double
  var tolerance = 2e-6
  let run: () -> Void

  /// Whether arithmetic bounds the kernel, rather than memory.
  var isArithmetic: Bool { operations > 16 * bytes }
}

/// A kernel whose result is wrong.
struct WrongResult: Error, CustomStringConvertible {
  let trial: String
  let error: Double
  let tolerance: Double

  var description: String {
    "\(trial) differs from the reference by \(error) of its norm, and \(tolerance) would be right."
  }
}

/// Random numbers for a trial.
func numbers(_ label: String, _ count: Int, scale: Double = 1) -> FloatStorage {
  var stream = RandomStream(seed: 9, label: label)
  return FloatStorage((0..<count).map { _ in Float(stream.normal() * scale) })
}

func doubles(_ storage: FloatStorage) -> [Double] { storage.view.array.map(Double.init) }
