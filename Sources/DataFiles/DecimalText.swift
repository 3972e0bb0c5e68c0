import Foundation

/// Numbers as people read them.
public enum DecimalText {
  /// A number with so many decimals. What rounds to 0 is 0, which has no sign.
  ///
  /// - Parameter isSigned: whether a number above 0 shows its sign, as differences do.
  public static func fixed(_ value: Double, _ places: Int, isSigned: Bool = false) -> String {
    let text = String(format: isSigned ? "%+.\(places)f" : "%.\(places)f", value)
    guard let sign = text.first, sign == "-" || sign == "+",
      !text.contains(where: { ("1"..."9").contains($0) || $0.isLetter })
    else { return text }
    return String(text.dropFirst())
  }
}
