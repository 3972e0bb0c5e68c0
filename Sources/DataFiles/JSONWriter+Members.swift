/// A key and its value in one call, and whole trees.
extension JSONWriter {
  public mutating func member(_ key: String, _ string: String) {
    self.key(key)
    append(string)
  }

  public mutating func member(_ key: String, _ integer: some FixedWidthInteger) {
    self.key(key)
    append(integer)
  }

  public mutating func member(_ key: String, _ bool: Bool) {
    self.key(key)
    append(bool)
  }

  /// - Throws: `NotFinite`.
  public mutating func member(_ key: String, _ double: Double) throws {
    self.key(key)
    try append(double)
  }

  /// - Throws: `NotFinite`.
  public mutating func member(_ key: String, _ float: Float) throws {
    self.key(key)
    try append(float)
  }

  /// - Throws: `NotFinite` when the value holds an infinite number or NaN.
  public mutating func member(_ key: String, _ value: JSONValue) throws {
    self.key(key)
    try append(value)
  }

  public mutating func member<Integer: FixedWidthInteger>(
    _ key: String, integers: some Sequence<Integer>
  ) {
    self.key(key)
    append(integers: integers)
  }

  public mutating func member(_ key: String, int32s: [Int32]) {
    member(key, integers: int32s)
  }

  /// - Throws: `NotFinite`.
  public mutating func member(_ key: String, doubles: [Double]) throws {
    self.key(key)
    try append(doubles: doubles)
  }

  /// - Throws: `NotFinite`.
  public mutating func member(_ key: String, floats: [Float]) throws {
    self.key(key)
    try append(floats: floats)
  }

  public mutating func member(_ key: String, strings: [String]) {
    self.key(key)
    array { json in for string in strings { json.append(string) } }
  }

  /// A member that is an object with the members that `body` writes.
  public mutating func object(
    _ key: String, _ body: (inout JSONWriter) throws -> Void
  ) rethrows {
    self.key(key)
    try object(body)
  }

  /// A member that is an array of the values that `body` writes.
  public mutating func array(
    _ key: String, _ body: (inout JSONWriter) throws -> Void
  ) rethrows {
    self.key(key)
    try array(body)
  }

  /// A whole tree.
  ///
  /// - Throws: `NotFinite` when it holds an infinite number or NaN.
  public mutating func append(_ value: JSONValue) throws {
    switch value.content {
    case .null: appendNull()
    case .bool(let bool): append(bool)
    case .integer(let integer): append(integer)
    case .unsigned(let unsigned): append(unsigned)
    case .double(let double): try append(double)
    case .string(let string): append(string)
    case .integers(let integers): append(integers: integers)
    case .array(let elements):
      try array { json in
        for element in elements { try json.append(element) }
      }
    case .object(let members):
      try object { json in
        for member in members { try json.member(member.key, member.value) }
      }
    }
  }
}

extension JSONValue {
  /// The value as JSON text.
  ///
  /// - Throws: `JSONWriter.NotFinite`.
  public func text(indentation: Int? = nil) throws -> String {
    var json = JSONWriter(indentation: indentation)
    try json.append(self)
    return json.text
  }
}

extension JSONWriter {
  /// A member that is null where there is no number.
  ///
  /// - Throws: `JSONWriter.NotFinite`.
  public mutating func optional(_ key: String, _ number: Double?) throws {
    if let number { return try member(key, number) }
    self.key(key)
    appendNull()
  }

  /// A member that is null where there is no number.
  public mutating func optional(_ key: String, _ integer: Int?) {
    if let integer { return member(key, integer) }
    self.key(key)
    appendNull()
  }

  /// A member that is null where there is no answer.
  public mutating func optional(_ key: String, _ bool: Bool?) {
    if let bool { return member(key, bool) }
    self.key(key)
    appendNull()
  }
}
