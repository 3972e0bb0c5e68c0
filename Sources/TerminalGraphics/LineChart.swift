import Foundation

/// A curve drawn in characters.
///
/// With braille every character is a grid of two by four dots; where only ASCII can be shown, one of one
/// by two. The vertical axis is logarithmic where the values span more than a decade.
public struct LineChart: Sendable {
  public enum Glyphs: Sendable {
    case braille, ascii
  }

  /// At least one, in order; what is not finite leaves a gap.
  public var values: [Double]
  public var glyphs: Glyphs

  public init(_ values: [Double], glyphs: Glyphs = .braille) {
    self.values = values
    self.glyphs = glyphs
  }

  /// Rows of text, the highest first: an axis with labels, and the curve.
  ///
  /// - Parameters:
  ///   - columns: the length of each row; at least 16.
  ///   - rows: at least 2.
  public func lines(columns: Int, rows: Int) -> [String] {
    precondition(columns >= 16 && rows >= 2, "too few characters for a chart")
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else {
      return Array(repeating: "", count: rows)
    }
    let isLogarithmic = low > 0 && high / low > 10
    func height(_ value: Double) -> Double { isLogarithmic ? log10(value) : value }
    let (bottom, top) = (height(low), height(high))
    let labels = [
      Self.label(high), Self.label(isLogarithmic ? sqrt(low * high) : (low + high) / 2),
    ]
    let last = Self.label(low)
    let margin = (labels + [last]).map(\.count).max() ?? 0
    let width = columns - margin - 2
    let (across, down) = glyphs == .braille ? (2, 4) : (1, 2)
    var dots = Set<Dot>()
    let places = resampled(width * across)
    var previous: Int?
    for (x, value) in places.enumerated() {
      guard let value else {
        previous = nil
        continue
      }
      let share = top > bottom ? (height(value) - bottom) / (top - bottom) : 0.5
      let y = rows * down - 1 - Int((share * Double(rows * down - 1)).rounded())
      // A steep curve stays connected.
      for between in min(y, previous ?? y)...max(y, previous ?? y) {
        dots.insert(Dot(x: x, y: between))
      }
      previous = y
    }
    return (0..<rows).map { row in
      let label =
        row == 0 ? labels[0] : row == rows - 1 ? last : row == rows / 2 && rows > 4 ? labels[1] : ""
      let axis = label.isEmpty ? " " : glyphs == .braille ? "┤" : "|"
      let text = (0..<width).map { column in
        glyphs == .braille
          ? Self.braille(dots, column, row) : Self.ascii(dots, column, row)
      }
      let line = String(repeating: " ", count: margin - label.count) + label + axis + text.joined()
      return line.replacing(/[ \u{2800}]+$/, with: "")
    }
  }

  private struct Dot: Hashable {
    var x: Int
    var y: Int
  }

  /// One value for each column of dots: the mean of those that fall into it, or for few values the
  /// nearest.
  private func resampled(_ count: Int) -> [Double?] {
    (0..<count).map { place in
      let first = place * values.count / count
      let end = max(first + 1, (place + 1) * values.count / count)
      let own = values[first..<min(end, values.count)].filter(\.isFinite)
      return own.isEmpty ? nil : own.reduce(0, +) / Double(own.count)
    }
  }

  private static func braille(_ dots: Set<Dot>, _ column: Int, _ row: Int) -> String {
    // The bits of the dots of a cell, by column and row (Unicode block U+2800).
    let bits: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
    var pattern: UInt32 = 0
    for x in 0..<2 {
      for y in 0..<4 where dots.contains(Dot(x: column * 2 + x, y: row * 4 + y)) {
        pattern |= bits[x][y]
      }
    }
    return Unicode.Scalar(0x2800 + pattern).map { String(Character($0)) } ?? " "
  }

  private static func ascii(_ dots: Set<Dot>, _ column: Int, _ row: Int) -> String {
    let upper = dots.contains(Dot(x: column, y: row * 2))
    let lower = dots.contains(Dot(x: column, y: row * 2 + 1))
    return upper && lower ? ":" : upper ? "'" : lower ? "." : " "
  }

  /// A number with three digits.
  private static func label(_ value: Double) -> String {
    let size = abs(value)
    if size == 0 { return "0" }
    if size >= 1e4 || size < 1e-3 { return String(format: "%.0e", value) }
    return String(format: "%.*f", max(0, min(4, 2 - Int(log10(size).rounded(.down)))), value)
  }
}
