/// Parses the regular expressions of pre-tokenizers, in the syntax of Oniguruma: alternatives, groups,
/// classes with intersections, properties, counted, lazy and possessive repetitions, lookahead, atomic
/// groups, and `i` as an option of a group. What else there is (back references, anchors, lookbehind)
/// is refused by name.
struct PatternParser {
  private let pattern: String
  private let scalars: [Unicode.Scalar]
  var position = 0
  /// Whether case is ignored where the parser stands.
  private var ignoresCase = false
  private var depth = 0

  static let maximumDepth = 64
  static let maximumLength = 1 << 16

  init(_ pattern: String) {
    self.pattern = pattern
    scalars = Array(pattern.unicodeScalars)
  }

  /// - Throws: `PatternError`.
  mutating func parse() throws(PatternError) -> PatternNode {
    guard scalars.count <= Self.maximumLength else {
      throw failure("is longer than \(Self.maximumLength) characters")
    }
    let node = try alternatives()
    guard position == scalars.count else { throw failure("has a ) that closes no group") }
    return node
  }

  // MARK: Structure

  private mutating func alternatives() throws(PatternError) -> PatternNode {
    var branches = [try sequence()]
    while skip("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .alternatives(branches)
  }

  private mutating func sequence() throws(PatternError) -> PatternNode {
    var nodes: [PatternNode] = []
    while let scalar = peek, scalar != "|", scalar != ")" {
      nodes.append(try quantified(try atom()))
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private mutating func atom() throws(PatternError) -> PatternNode {
    let start = position
    guard let scalar = next() else { throw failure("ends too early") }
    switch scalar {
    case "(": return try group(from: start)
    case "[": return .set(try characterClass(from: start))
    case ".": return .set(ScalarSet.scalar("\n").inverted)
    case "\\": return .set(cased(try escape(from: start)))
    case "^", "$":
      throw failure("uses the anchor \(scalar), which is not supported", at: start)
    case "*", "+", "?": throw failure("repeats nothing", at: start)
    default: return .set(cased(.scalar(scalar)))
    }
  }

  private func cased(_ set: ScalarSet) -> ScalarSet { ignoresCase ? set.folded : set }

  private mutating func group(from start: Int) throws(PatternError) -> PatternNode {
    depth += 1
    guard depth <= Self.maximumDepth else { throw failure("nests its groups too deeply") }
    let outer = ignoresCase
    defer {
      depth -= 1
      ignoresCase = outer
    }
    var wrap: (PatternNode) -> PatternNode = { $0 }
    if skip("?") {
      switch next() {
      case ":": break
      case "=": wrap = { .lookahead($0, isNegative: false) }
      case "!": wrap = { .lookahead($0, isNegative: true) }
      case ">": wrap = { .atomic($0) }
      case "i" where skip(":"): ignoresCase = true
      case "-" where skip("i") && skip(":"): ignoresCase = false
      default:
        let text = String(
          String.UnicodeScalarView(scalars[start..<min(position + 1, scalars.count)]))
        throw failure("opens a group with \(shortened(text)), which is not supported", at: start)
      }
    }
    let node = try alternatives()
    guard skip(")") else { throw failure("has a group that is not closed", at: start) }
    return wrap(node)
  }

  private mutating func quantified(_ atom: PatternNode) throws(PatternError) -> PatternNode {
    let start = position
    var node = atom
    while let (least, most) = try quantifier() {
      var greed = PatternNode.Greed.greedy
      if skip("?") { greed = .lazy } else if skip("+") { greed = .possessive }
      if most == nil {
        guard !node.canBeEmpty else { throw failure("repeats what may be empty", at: start) }
        guard !node.isOpenEnded else {
          throw failure("nests one endless repetition in another", at: start)
        }
      }
      node = .repetition(node, least: least, most: most, greed)
    }
    return node
  }

  private mutating func quantifier() throws(PatternError) -> (least: Int, most: Int?)? {
    if skip("*") { return (0, nil) }
    if skip("+") { return (1, nil) }
    if skip("?") { return (0, 1) }
    let start = position
    guard skip("{") else { return nil }
    let least = number()
    var most = least
    if skip(",") { most = number() }
    let isOpen = position > 0 && scalars[position - 1] == ","
    guard skip("}"), least != nil || most != nil else {
      position = start
      throw failure("has a { that starts no repetition such as {1,3}; write \\{ for the character")
    }
    guard isOpen || most.map({ $0 >= least ?? 0 }) ?? false, most ?? 0 <= 1000, least ?? 0 <= 1000
    else { throw failure("has an impossible repetition", at: start) }
    return (least ?? 0, isOpen ? nil : most)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let digit = peek.flatMap({ $0.properties.numericType == .decimal ? Int(String($0)) : nil }
    ) {
      value = min(10 * (value ?? 0) + digit, 1 << 20)
      position += 1
    }
    return value
  }

  // MARK: Classes

  /// The rest of a class after its opening bracket.
  private mutating func characterClass(from start: Int) throws(PatternError) -> ScalarSet {
    depth += 1
    guard depth <= Self.maximumDepth else { throw failure("nests its classes too deeply") }
    defer { depth -= 1 }
    let isNegated = skip("^")
    var intersected: [ScalarSet] = []
    var items: [ScalarSet] = []
    var isFirst = true
    while true {
      let place = position
      guard let scalar = next() else { throw failure("has a class that is not closed", at: start) }
      if scalar == "]", !isFirst { break }
      isFirst = false
      if scalar == "&", skip("&") {
        intersected.append(.any(items))
        items = []
        continue
      }
      if scalar == "[" {
        guard peek != ":" else {
          throw failure("uses a class such as [:alpha:], which is not supported", at: place)
        }
        items.append(try characterClass(from: place))
        continue
      }
      let item = scalar == "\\" ? try escape(from: place) : .scalar(scalar)
      items.append(try range(from: item, at: place))
    }
    let union = ScalarSet.any(items)
    let whole = intersected.isEmpty ? union : .all(intersected + [union])
    return isNegated ? cased(whole).inverted : cased(whole)
  }

  /// The range that an item of a class opens, or the item alone.
  private mutating func range(
    from item: ScalarSet, at place: Int
  ) throws(PatternError) -> ScalarSet {
    guard let first = item.single, peek == "-", position + 1 < scalars.count,
      scalars[position + 1] != "]"
    else { return item }
    position += 1
    let start = position
    guard let scalar = next() else { return item }
    let last = scalar == "\\" ? try escape(from: start) : .scalar(scalar)
    guard let end = last.single, end >= first else {
      throw failure("has a class with a range that ends before it starts", at: place)
    }
    return .range(first...end)
  }

  // MARK: Escapes

  private static let controls: [Unicode.Scalar: Unicode.Scalar] = [
    "n": "\n", "r": "\r", "t": "\t", "f": "\u{0C}", "v": "\u{0B}",
  ]

  /// What an escape stands for, after its backslash.
  private mutating func escape(from start: Int) throws(PatternError) -> ScalarSet {
    guard let scalar = next() else { throw failure("ends in a backslash", at: start) }
    if let control = Self.controls[scalar] { return .scalar(control) }
    switch scalar {
    case "s": return .whitespace
    case "S": return ScalarSet.whitespace.inverted
    case "w": return .word
    case "W": return ScalarSet.word.inverted
    case "d": return try property("Nd", isNegated: false, from: start)
    case "D": return try property("Nd", isNegated: true, from: start)
    case "p", "P":
      guard skip("{") else { throw failure("has a \\p without {…}", at: start) }
      let isNegated = skip("^") != (scalar == "P")
      let name = text(until: "}")
      guard let name else { throw failure("has a \\p{ that is not closed", at: start) }
      return try property(name, isNegated: isNegated, from: start)
    case "x": return .scalar(try hexadecimal(from: start, digits: 2))
    case "u": return .scalar(try hexadecimal(from: start, digits: 4))
    default:
      guard scalar.isASCII, !scalar.properties.isAlphabetic, scalar.properties.numericType == nil
      else { throw failure("uses \\\(scalar), which is not supported", at: start) }
      return .scalar(scalar)
    }
  }

  private func property(
    _ name: String, isNegated: Bool, from start: Int
  ) throws(PatternError) -> ScalarSet {
    guard let categories = GeneralCategories.named[name] else {
      throw failure(
        "uses the property \(shortened(name)); supported are general categories such as L, Lu, N",
        at: start)
    }
    let set = ScalarSet.categories(categories)
    return isNegated ? set.inverted : set
  }

  private mutating func hexadecimal(
    from start: Int, digits: Int
  ) throws(PatternError) -> Unicode.Scalar {
    var written: String?
    if skip("{") {
      written = text(until: "}")
    } else if position + digits <= scalars.count {
      written = String(String.UnicodeScalarView(scalars[position..<position + digits]))
      position += digits
    }
    guard let written, let value = UInt32(written, radix: 16), let scalar = Unicode.Scalar(value)
    else { throw failure("has an escape that names no character", at: start) }
    return scalar
  }

  // MARK: Characters

  private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func next() -> Unicode.Scalar? {
    guard let scalar = peek else { return nil }
    position += 1
    return scalar
  }

  private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    position += 1
    return true
  }

  /// The text up to a character, which is stepped over.
  private mutating func text(until end: Unicode.Scalar) -> String? {
    guard let place = scalars[position...].prefix(64).firstIndex(of: end) else { return nil }
    defer { position = place + 1 }
    return String(String.UnicodeScalarView(scalars[position..<place]))
  }

  private func failure(_ problem: String, at offset: Int? = nil) -> PatternError {
    PatternError(pattern: pattern, offset: offset ?? position, problem: problem)
  }
}
