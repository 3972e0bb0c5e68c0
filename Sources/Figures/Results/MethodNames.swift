import TestTimeCompute

/// What figures call the methods of a run: the names whose looks are fixed where a label is the one
/// that a sweep makes up, and else the label as its author wrote it.
struct MethodNames {
  private let names: [String: String]

  /// - Parameter methods: each label with its settings.
  init(_ methods: [String: MethodColumns]) {
    var names = methods.reduce(into: [String: String]()) { names, entry in
      names[entry.key] = Self.name(entry.key, entry.value)
    }
    // Two methods of one name could not be distinguished.
    for (_, same) in Dictionary(grouping: names.keys, by: { names[$0] ?? $0 }) where same.count > 1
    {
      for label in same { names[label] = Self.literal(label) }
    }
    self.names = names
  }

  /// The name of a label, in markup.
  subscript(label: String) -> String { names[label] ?? Self.literal(label) }

  private static func name(_ label: String, _ settings: MethodColumns) -> String {
    let words = label.split(separator: " ").map(String.init)
    let head = head(of: label)
    // What a sweep adds to a label stands behind it; a label may hold signs of its own.
    let added = words.dropFirst(head.split(separator: " ").count)
    guard !head.isEmpty, added.allSatisfy({ $0.contains("=") }) else { return literal(label) }
    let isFamily = head == settings["method"]
    let base = isFamily ? family(settings) : literal(head)
    return ([base] + added.compactMap { detail($0, isNamed: isFamily) }).joined(separator: ", ")
  }

  /// A label up to the first setting that was chosen from a list.
  static func head(of label: String) -> String {
    label.split(separator: " ").prefix { !$0.contains("=") }.joined(separator: " ")
  }

  /// The method with its policy, control, number of traces and what ends them.
  static func family(_ settings: MethodColumns) -> String {
    MethodCatalog.title(settings["method"], settings) ?? literal(settings["method"])
  }

  /// A setting that was chosen from a list; nil for what the family's name says already.
  ///
  /// - Parameter isNamed: whether the name before it is that of the family. A label of the author's own
  ///   says nothing of policy or control, and without them two methods would be drawn as one.
  static func detail(_ word: String, isNamed: Bool = true) -> String? {
    guard let sign = word.firstIndex(of: "=") else { return literal(word) }
    let value = literal(String(word[word.index(after: sign)...]))
    switch word[..<sign] {
    case "policy", "evidence", "control", "traces", "beams", "trace_end":
      return isNamed ? nil : choice(String(word[..<sign]), value)
    case "steps": return "$N$ = \(value)"
    case "span_length": return "$k$ = \(value)"
    case "tokens": return "$M$ = \(value)"
    case "learning_rate": return "$\\eta$ = \(value)"
    case "factor": return "× \(value)"
    case "s": return "$s$ = \(value)"
    case "budget": return "budget \(value)"
    case "weights": return "weights: \(value)"
    case "span_kv": return "keys and values \(value)"
    default: return literal(word)
    }
  }

  /// What the family's name would say.
  private static func choice(_ key: String, _ value: String) -> String? {
    switch (key, value) {
    case ("control", "none"): nil
    case ("control", "other-context"): "other context"
    case ("control", "random-direction"): "random direction"
    case ("policy", "guided"): "self-guided spans"
    case ("policy", _), ("control", _): "\(value) spans"
    case ("evidence", _): "\(value) evidence"
    case ("trace_end", "budget"): "repeated"
    case ("trace_end", _): "ended by the model"
    default: "\(value) \(key)"
    }
  }

  /// A user's text as markup that shows it as it is.
  static func literal(_ text: String) -> String { text.replacing("$", with: "\\$") }

  /// A name without its markup, for tables.
  static func plain(_ name: String) -> String {
    name.replacing("\\eta", with: "η").replacing("\\$", with: "\u{0}").replacing("$", with: "")
      .replacing("\u{0}", with: "$")
  }
}
