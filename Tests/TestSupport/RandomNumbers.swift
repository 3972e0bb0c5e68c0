import Randomness

extension RandomStream {
  /// Normal numbers of standard deviation `scale`, rounded to float32.
  public mutating func normals(_ count: Int, scale: Double = 1) -> [Float] {
    (0..<count).map { _ in Float(normal() * scale) }
  }

  /// A direction: normal numbers scaled to length 1.
  public mutating func direction(_ count: Int) -> [Double] {
    let raw = (0..<count).map { _ in normal() }
    let length = euclideanNorm(raw)
    return raw.map { $0 / length }
  }
}
