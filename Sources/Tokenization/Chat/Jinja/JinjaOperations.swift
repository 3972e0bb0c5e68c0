/// Members, operators and methods, as Python has them.
extension JinjaValue {
  /// `value.name`
  func member(_ name: String) throws(JinjaError) -> JinjaValue {
    switch self {
    case .object(let object): return object[name] ?? .undefined(name)
    case .namespace(let namespace): return namespace.members[name] ?? .undefined(name)
    case .undefined: throw .unsupported("the member \(name) of \(kind)")
    default: return .undefined(name)
    }
  }

  /// `value[index]`
  func item(_ index: JinjaValue) throws(JinjaError) -> JinjaValue {
    if case .string(let name) = index { return try member(name) }
    let place = try index.integer(for: "an index")
    func found<C: RandomAccessCollection>(_ items: C) -> C.Element? where C.Index == Int {
      let at = place < 0 ? items.count + place : place
      return items.indices.contains(at) ? items[at] : nil
    }
    switch self {
    case .list(let list): return found(list) ?? .undefined("element \(place)")
    case .string(let string):
      return found(Array(string.unicodeScalars)).map { .string(String($0)) }
        ?? .undefined("character \(place)")
    case .undefined: throw .unsupported("an element of \(kind)")
    default: return .undefined("element \(place)")
    }
  }

  /// `value[a:b:c]`
  func slice(_ parts: [Int?]) throws(JinjaError) -> JinjaValue {
    let step = (parts.count > 2 ? parts[2] : nil) ?? 1
    guard step != 0, step.magnitude < 1 << 20 else { throw .unsupported("such a slice") }
    func places(_ count: Int) -> [Int] {
      func bounded(_ end: Int?, _ fallback: Int) -> Int {
        guard let end else { return fallback }
        let from = end < 0 ? max(end, -count - 1) + count : min(end, count)
        return step > 0 ? max(0, from) : min(max(-1, from), count - 1)
      }
      let start = bounded(parts[0], step > 0 ? 0 : count - 1)
      let end = bounded(parts[1], step > 0 ? count : -1)
      return Array(stride(from: start, to: end, by: step))
    }
    switch self {
    case .list(let list): return .list(places(list.count).map { list[$0] })
    case .string(let string):
      let scalars = Array(string.unicodeScalars)
      return .string(
        places(scalars.count).reduce(into: "") { $0.unicodeScalars.append(scalars[$1]) })
    default: throw .unsupported("a slice of \(kind)")
    }
  }

  /// `value operation other`
  func combined(
    _ operation: String, with other: JinjaValue
  ) throws(JinjaError) -> JinjaValue {
    switch operation {
    case "==": return .bool(equals(other))
    case "!=": return .bool(!equals(other))
    case "<": return .bool(try isLess(than: other))
    case ">": return .bool(try other.isLess(than: self))
    case "<=": return .bool(try !other.isLess(than: self))
    case ">=": return .bool(try !isLess(than: other))
    case "in": return .bool(try other.contains(self))
    case "~": return try .joined([printed(), other.printed()], separator: "")
    case "+":
      if case .string(let first) = self, case .string(let second) = other {
        return try .joined([first, second], separator: "")
      }
      if case .list(let first) = self, case .list(let second) = other {
        guard first.count + second.count <= 1 << 20 else {
          throw .unsupported("a list of more than a million elements")
        }
        return .list(first + second)
      }
    case "*":
      if case .string(let text) = self, case .integer(let times) = other,
        times <= 1 << 16, text.utf8.count <= 1 << 16
      {
        return .string(String(repeating: text, count: max(0, times)))
      }
    default: break
    }
    return try arithmetic(operation, other)
  }

  private func arithmetic(
    _ operation: String, _ other: JinjaValue
  ) throws(JinjaError) -> JinjaValue {
    let first = try integer(for: "'\(operation)'")
    let second = try other.integer(for: "'\(operation)'")
    let result: (partialValue: Int, overflow: Bool)
    switch operation {
    case "+": result = first.addingReportingOverflow(second)
    case "-": result = first.subtractingReportingOverflow(second)
    case "*": result = first.multipliedReportingOverflow(by: second)
    case "//", "%":
      guard second > 0 else { throw .unsupported("a division by \(second)") }
      let rest = ((first % second) + second) % second
      result = (operation == "%" ? rest : (first - rest) / second, first < .min / 2)
    default: throw .unsupported("'\(operation)' of numbers")
    }
    guard !result.overflow, result.partialValue.magnitude < 1 << 60 else {
      throw .unsupported("numbers so large")
    }
    return .integer(result.partialValue)
  }

  /// `value.method(…)`
  func call(
    _ method: String, _ arguments: [JinjaValue], _ named: JinjaObject
  ) throws(JinjaError) -> JinjaValue {
    guard named.keys.isEmpty else { throw .unsupported("named arguments of \(method)") }
    switch self {
    case .string(let string): return try string.called(method, arguments)
    case .object(let object):
      switch (method, arguments.count) {
      case ("items", 0):
        return .list(object.keys.map { .list([.string($0), object[$0] ?? .none]) })
      case ("keys", 0): return .list(object.keys.map(JinjaValue.string))
      case ("values", 0): return .list(object.keys.map { object[$0] ?? .none })
      case ("get", 1...2):
        return object[try arguments[0].text(for: "a key")]
          ?? (arguments.count == 2 ? arguments[1] : .none)
      default: break
      }
    default: break
    }
    throw .unsupported("the method \(method) of \(kind)")
  }
}

extension String {
  /// A method of Python's strings.
  fileprivate func called(
    _ method: String, _ arguments: [JinjaValue]
  ) throws(JinjaError) -> JinjaValue {
    func text(_ place: Int) throws(JinjaError) -> String {
      try arguments[place].text(for: "an argument of \(method)")
    }
    switch (method, arguments.count) {
    case ("strip", 0...1), ("lstrip", 0...1), ("rstrip", 0...1):
      return .string(
        stripped(
          of: arguments.isEmpty ? nil : try text(0), atStart: method != "rstrip",
          atEnd: method != "lstrip"))
    case ("startswith", 1): return .bool(unicodeScalars.starts(with: try text(0).unicodeScalars))
    case ("endswith", 1):
      return .bool(
        unicodeScalars.reversed().starts(with: try text(0).unicodeScalars.reversed()))
    case ("split", 0):
      return .list(
        unicodeScalars.split { $0.properties.isWhitespace }.map { .string(String($0)) })
    case ("split", 1...2):
      let limit = arguments.count == 2 ? try arguments[1].integer(for: "a split") : -1
      return .list(
        try parts(around: text(0), limit: limit < 0 ? .max : limit).map(JinjaValue.string))
    case ("replace", 2):
      return try .joined(parts(around: text(0), limit: .max), separator: text(1))
    case ("upper", 0): return .string(uppercased())
    case ("lower", 0): return .string(lowercased())
    case ("title", 0), ("capitalize", 0): return .string(try capitalized(each: method == "title"))
    default: throw .unsupported("the method \(method) of a text")
    }
  }

  /// The text without white space, or the scalars of `set`, at its ends.
  func stripped(of set: String? = nil, atStart: Bool = true, atEnd: Bool = true) -> String {
    func goes(_ scalar: Unicode.Scalar) -> Bool {
      guard let set else { return scalar.isPythonSpace }
      return set.unicodeScalars.contains(scalar)
    }
    var scalars = Substring(self).unicodeScalars
    while atStart, let first = scalars.first, goes(first) { scalars.removeFirst() }
    while atEnd, let last = scalars.last, goes(last) { scalars.removeLast() }
    return String(scalars)
  }

  private func parts(around separator: String, limit: Int) throws(JinjaError) -> [String] {
    guard !separator.unicodeScalars.isEmpty else {
      throw .unsupported("a split at an empty text")
    }
    var parts: [String] = []
    var rest = self
    while parts.count < limit, let range = rest.firstRange(ofScalars: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = String(rest[range.upperBound...])
    }
    return parts + [rest]
  }

  /// The first letter, or that of each word, in upper case and the others in lower case.
  func capitalized(each: Bool) throws(JinjaError) -> String {
    guard utf8.allSatisfy({ $0 < 0x80 }) else {
      throw .unsupported("capital letters beyond ASCII")
    }
    var isStart = true
    return unicodeScalars.reduce(into: "") { text, scalar in
      let letter = String(scalar)
      text += isStart ? letter.uppercased() : letter.lowercased()
      isStart = each && !scalar.properties.isAlphabetic
    }
  }
}

extension String {
  /// The first place of a text, scalar by scalar: a mark after it would hide it from a search by
  /// characters.
  func firstRange(ofScalars text: String) -> Range<Index>? {
    unicodeScalars.indices.lazy.compactMap { range(of: text, at: $0) }.first
  }

  func lastRange(ofScalars text: String) -> Range<Index>? {
    unicodeScalars.indices.reversed().lazy.compactMap { range(of: text, at: $0) }.first
  }

  private func range(of text: String, at place: Index) -> Range<Index>? {
    let wanted = text.unicodeScalars
    guard unicodeScalars[place...].starts(with: wanted) else { return nil }
    return place..<unicodeScalars.index(place, offsetBy: wanted.count)
  }
}

extension Unicode.Scalar {
  /// What Python's `str.isspace` holds for white space: Unicode's, and four control characters more.
  var isPythonSpace: Bool { properties.isWhitespace || (0x1C...0x1F).contains(value) }
}

extension JinjaValue {
  /// Texts in a row; of a length that a template of a few letters cannot grow beyond.
  static func joined(_ texts: [String], separator: String) throws(JinjaError) -> JinjaValue {
    let between = separator.utf8.count.multipliedReportingOverflow(by: max(0, texts.count - 1))
    let total = texts.reduce(between.partialValue) { $0 &+ $1.utf8.count }
    guard !between.overflow, 0...1 << 22 ~= total else {
      throw .unsupported("a text of more than 4 MiB")
    }
    return .string(texts.joined(separator: separator))
  }
}
