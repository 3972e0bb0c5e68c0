import Foundation
import Synchronization

/// Cosines and sines of rotary position embedding for a list of positions.
///
/// Angles are formed as PyTorch implementations form them, with the inverse frequency
/// `θ^(−2i/headWidth)` and its product with the position both rounded to float32, so that
/// published checkpoints meet the angles that they were trained with.
public final class RotaryTable: Sendable {
  /// The number of rows.
  public let count: Int
  /// Half of the head width: the number of angles in a row.
  public let half: Int
  private let storage: FloatStorage

  /// Cosines and sines, `[count − row, half]`, valid as long as this object lives.
  func angles(from row: Int) -> (cosines: UnsafePointer<Float>, sines: UnsafePointer<Float>) {
    let first = UnsafePointer(storage.base + row * half)
    return (first, first + count * half)
  }

  /// Tabulates `positions` at the given inverse frequencies (`half` of them), both factors scaled
  /// by `amplitude` (1 but for some context-extension schemes).
  ///
  /// Positions that repeat or have been met before are copied from `cache`.
  public init(
    positions: [Int32], frequencies: [Float], amplitude: Float = 1, cache: RotaryCache? = nil
  ) {
    count = positions.count
    half = frequencies.count
    storage = FloatStorage(count: 2 * count * half)
    let cosines = storage.base
    let sines = storage.base + count * half
    if let cache {
      precondition(cache.frequencies == frequencies && cache.amplitude == amplitude)
      cache.copyRows(positions, cosines: cosines, sines: sines)
    } else {
      for (row, position) in positions.enumerated() {
        tabulate(
          position, frequencies: frequencies, amplitude: amplitude, cosines: cosines + row * half,
          sines: sines + row * half)
      }
    }
  }

  /// Inverse frequencies `θ^(−2i/headWidth)`, i = 0 … headWidth/2 − 1.
  public static func frequencies(headWidth: Int, theta: Double) -> [Float] {
    (0..<headWidth / 2).map { Float(1 / Foundation.pow(theta, Double(2 * $0) / Double(headWidth))) }
  }
}

/// Remembers the rows of positions below a bound, because training meets the same ones again and
/// again and a cosine costs more than everything else that rotary does with it.
public final class RotaryCache: Sendable {
  /// The inverse frequencies.
  public let frequencies: [Float]
  let amplitude: Float
  private static let bound = 1 << 16
  private let rows: Mutex<Rows>

  private struct Rows {
    var filled = 0
    var storage: FloatStorage
  }

  /// An empty cache for the given inverse frequencies.
  public init(frequencies: [Float], amplitude: Float = 1) {
    self.frequencies = frequencies
    self.amplitude = amplitude
    rows = Mutex(Rows(storage: FloatStorage(count: 2 * Self.bound * frequencies.count)))
  }

  fileprivate func copyRows(
    _ positions: [Int32], cosines: UnsafeMutablePointer<Float>, sines: UnsafeMutablePointer<Float>
  ) {
    let half = frequencies.count
    let needed = positions.reduce(into: 0) { most, position in
      if position >= 0 && position < Self.bound { most = max(most, Int(position) + 1) }
    }
    let base = rows.withLock { rows in
      while rows.filled < needed {
        let row = rows.storage.base + 2 * half * rows.filled
        tabulate(
          Int32(rows.filled), frequencies: frequencies, amplitude: amplitude, cosines: row,
          sines: row + half)
        rows.filled += 1
      }
      return rows.storage.view
    }
    // Rows below `needed` never change again, so they are read outside the lock.
    for (row, position) in positions.enumerated() {
      if position >= 0 && position < Self.bound {
        let source = base.base + 2 * half * Int(position)
        (cosines + row * half).update(from: source, count: half)
        (sines + row * half).update(from: source + half, count: half)
      } else {
        tabulate(
          position, frequencies: frequencies, amplitude: amplitude, cosines: cosines + row * half,
          sines: sines + row * half)
      }
    }
  }
}

private func tabulate(
  _ position: Int32, frequencies: [Float], amplitude: Float,
  cosines: UnsafeMutablePointer<Float>, sines: UnsafeMutablePointer<Float>
) {
  for (i, frequency) in frequencies.enumerated() {
    let angle = Double(Float(position) * frequency)
    cosines[i] = Float(cos(angle)) * amplitude
    sines[i] = Float(sin(angle)) * amplitude
  }
}
