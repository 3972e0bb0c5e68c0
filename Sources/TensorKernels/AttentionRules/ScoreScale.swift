import Foundation

/// By what the scores of a row are multiplied, given how many keys it sees.
///
/// A pass multiplies the row's query instead, which is the same, so every kernel does every scale.
public protocol ScoreScale: AttentionRulePart {
  /// Where the number that each head learns begins; nil where none is learned.
  static var learnedStart: Float? { get }
  /// The factor of a row that sees `visible` keys.
  ///
  /// - Parameter learned: the head's own number; 1 where none is learned.
  func factor(visible: Int, learned: Float) -> Float
  /// The derivative of the factor by the learned number.
  func slope(visible: Int, learned: Float) -> Float
}

extension ScoreScale {
  public static var learnedStart: Float? { nil }
  public func slope(visible: Int, learned: Float) -> Float { 0 }
}

/// Scores stay what they are.
public struct PlainScale: ScoreScale {
  public static let name = "none"
  public init(_ values: [Double] = []) {}
  public func factor(visible: Int, learned: Float) -> Float { 1 }
}

/// `max(1, s·log n)` with one s for all heads: scalable softmax at inference (Nakanishi 2025).
public struct LogarithmicScale: ScoreScale {
  public static let name = "logarithmic"
  public static let settings = [RuleSetting("s", in: 0...100)]
  public let s: Float

  public init(_ s: Float) { self.s = s }
  public init(_ values: [Double]) { self.init(Float(values[0])) }
  public var values: [Double] { [Double(s)] }
  public func factor(visible: Int, learned: Float) -> Float { max(1, s * log(Float(visible))) }
}

/// `s·log n` with an s that every head learns (Nakanishi 2025).
public struct LearnedScale: ScoreScale {
  public static let name = "learned"
  /// What the heads of that paper learn on average.
  public static let learnedStart: Float? = 0.43
  public init(_ values: [Double] = []) {}
  public func factor(visible: Int, learned: Float) -> Float { learned * log(Float(visible)) }
  public func slope(visible: Int, learned: Float) -> Float { log(Float(visible)) }
}

/// `max(1, log n / log T₀)`: nothing changes up to the training length T₀.
public struct AnchoredScale: ScoreScale {
  public static let name = "anchored"
  public static let settings = [RuleSetting("length", in: 2...1e9, isWhole: true)]
  public let length: Int

  public init(length: Int) { self.length = length }
  public init(_ values: [Double]) { self.init(length: Int(values[0])) }
  public var values: [Double] { [Double(length)] }
  public func factor(visible: Int, learned: Float) -> Float {
    max(1, log(Float(visible)) / log(Float(length)))
  }
}

/// Sums of products of two rows.
public enum VectorProduct {
  /// `Σ xᵢ·yᵢ` of two rows `[1, n]`.
  public static func sum(_ x: MatrixView, _ y: MatrixView) -> Float {
    precondition(x.rows == 1 && y.rows == 1 && x.columns == y.columns, "shapes do not fit")
    return dot(x.base, y.base, count: x.columns)
  }
}
