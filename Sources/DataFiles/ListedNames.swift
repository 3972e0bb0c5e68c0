extension [String] {
  /// Names in a sentence: `a`, `a and b`, `a, b and c`.
  public var listed: String {
    guard count > 1 else { return joined() }
    return dropLast().joined(separator: ", ") + " and " + self[count - 1]
  }
}
