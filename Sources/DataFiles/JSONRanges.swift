extension JSONWriter {
  /// A half-open range as [start, end].
  public mutating func append(_ range: Range<Int>) {
    append(integers: [range.lowerBound, range.upperBound])
  }

  public mutating func member(_ key: String, _ range: Range<Int>) {
    self.key(key)
    append(range)
  }
}

extension JSONObjectReader {
  /// A half-open range [start, end] that lies inside another.
  ///
  /// - Parameter mayBeEmpty: whether start and end may be the same.
  public mutating func range(
    _ key: String, in whole: Range<Int>, mayBeEmpty: Bool = false
  ) throws(JSONError) -> Range<Int> {
    guard let range = try value(key).range(in: whole, mayBeEmpty: mayBeEmpty) else {
      throw invalid(
        key,
        "must be [start, end] with \(whole.lowerBound) ≤ start \(mayBeEmpty ? "≤" : "<") end ≤ "
          + "\(whole.upperBound)")
    }
    return range
  }
}

extension JSONValue {
  /// A half-open range [start, end] that lies inside another; nil for anything else.
  public func range(in whole: Range<Int>, mayBeEmpty: Bool = false) -> Range<Int>? {
    guard let ends = ints, ends.count == 2, ends[0] < ends[1] || mayBeEmpty && ends[0] == ends[1],
      ends[0] >= whole.lowerBound, ends[1] <= whole.upperBound
    else { return nil }
    return ends[0]..<ends[1]
  }
}
