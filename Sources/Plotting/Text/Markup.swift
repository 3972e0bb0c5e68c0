/// A label taken apart: plain text, and mathematics between dollar signs.
///
/// Between `$` and `$`: letters stand in italics, `_x` or `_{…}` is a subscript, `^x` or `^{…}` a
/// superscript, `\alpha` … `\Omega` are Greek letters, `\log` and its like stand upright, `\text{…}`
/// is plain text, and a hyphen is a minus sign. `\$` is a dollar sign. Every text is valid: what has
/// no meaning here, such as a dollar sign without its partner, stands for itself.
struct Markup: Equatable {
  indirect enum Node: Equatable {
    case text(String, isItalic: Bool)
    /// Scripts to the right of what precedes, above each other when both are there.
    case scripts(below: [Node], above: [Node])
  }

  let nodes: [Node]

  init(_ source: String) {
    var nodes: [Node] = []
    var plain = ""
    var rest = Array(source)[...]
    while let character = rest.popFirst() {
      if character == "\\", rest.first == "$" {
        plain.append(rest.removeFirst())
      } else if character == "$", let end = Markup.closingDollar(in: rest) {
        if !plain.isEmpty { nodes.append(.text(plain, isItalic: false)) }
        plain = ""
        var parser = MathParser(rest[rest.startIndex..<end])
        nodes += parser.nodes(depth: 0)
        rest = rest[(end + 1)...]
      } else {
        plain.append(character)
      }
    }
    if !plain.isEmpty { nodes.append(.text(plain, isItalic: false)) }
    self.nodes = nodes
  }

  /// The label as one line of plain text, for places that know no markup.
  var plainText: String { Markup.plain(nodes) }

  private static func plain(_ nodes: [Node]) -> String {
    var text = ""
    for node in nodes {
      switch node {
      case .text(let part, _): text += part
      case .scripts(let below, let above):
        if !below.isEmpty { text += "_" + plain(below) }
        if !above.isEmpty { text += "^" + plain(above) }
      }
    }
    return text
  }

  private static func closingDollar(in rest: ArraySlice<Character>) -> Int? {
    var isEscaped = false
    for index in rest.indices {
      if rest[index] == "$" && !isEscaped { return index }
      isEscaped = rest[index] == "\\" && !isEscaped
    }
    return nil
  }
}

/// Reads what stands between two dollar signs.
private struct MathParser {
  /// Scripts of scripts end here; deeper ones would be too small to read.
  private static let deepest = 3

  private var rest: ArraySlice<Character>
  private var result: [Markup.Node] = []

  init(_ source: ArraySlice<Character>) { rest = source }

  mutating func nodes(depth: Int) -> [Markup.Node] {
    while let character = rest.popFirst() {
      switch character {
      case "_", "^":
        if depth < MathParser.deepest {
          attach(argument(depth: depth + 1), isAbove: character == "^")
        } else {
          append(String(character), isItalic: false)
        }
      case "{", "}": continue
      case "\\": appendCommand()
      case "-": append("−", isItalic: false)
      default: append(String(character), isItalic: character.isASCII && character.isLetter)
      }
    }
    return result
  }

  /// What a script or a command applies to: one character, one command or a group in braces.
  private mutating func argument(depth: Int) -> [Markup.Node] {
    var inner = MathParser(argumentSource())
    return inner.nodes(depth: depth)
  }

  private mutating func argumentSource() -> ArraySlice<Character> {
    guard let first = rest.first else { return [] }
    var end = rest.startIndex + 1
    if first == "\\" {
      while end < rest.endIndex && rest[end].isLetter { end += 1 }
    } else if first == "{" {
      var open = 1
      while end < rest.endIndex && open > 0 {
        if rest[end] == "{" { open += 1 }
        if rest[end] == "}" { open -= 1 }
        end += 1
      }
      let body = rest[(rest.startIndex + 1)..<(open == 0 ? end - 1 : end)]
      rest = rest[end...]
      return body
    }
    let body = rest[rest.startIndex..<end]
    rest = rest[end...]
    return body
  }

  private mutating func appendCommand() {
    let name = String(rest.prefix { $0.isLetter })
    guard !name.isEmpty else {
      if let symbol = rest.popFirst() {
        append(symbol == "," ? "\u{2009}" : String(symbol), isItalic: false)
      }
      return
    }
    rest = rest.dropFirst(name.count)
    if name == "text" || name == "mathrm" {
      append(String(argumentSource()), isItalic: false)
    } else if let symbol = mathSymbols[name] {
      append(symbol, isItalic: isLowercaseGreek(symbol))
    } else if uprightNames.contains(name) {
      append(name, isItalic: false)
    } else {
      append("\\" + name, isItalic: false)
    }
  }

  private func isLowercaseGreek(_ symbol: String) -> Bool {
    symbol.unicodeScalars.count == 1
      && symbol.unicodeScalars.allSatisfy { ("α"..."ω").contains($0) }
  }

  private mutating func append(_ text: String, isItalic: Bool) {
    if case .text(let before, isItalic)? = result.last {
      result[result.count - 1] = .text(before + text, isItalic: isItalic)
    } else {
      result.append(.text(text, isItalic: isItalic))
    }
  }

  private mutating func attach(_ script: [Markup.Node], isAbove: Bool) {
    if case .scripts(let below, let above)? = result.last, (isAbove ? above : below).isEmpty {
      result[result.count - 1] =
        isAbove ? .scripts(below: below, above: script) : .scripts(below: script, above: above)
    } else {
      result.append(
        isAbove ? .scripts(below: [], above: script) : .scripts(below: script, above: []))
    }
  }
}

/// Names of functions, set upright as in any paper.
private let uprightNames: Set<String> = [
  "log", "ln", "exp", "min", "max", "sup", "inf", "softmax", "Pr",
]

private let mathSymbols: [String: String] = [
  "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
  "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ",
  "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ",
  "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
  "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
  "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
  "sum": "∑", "prod": "∏", "nabla": "∇", "partial": "∂", "infty": "∞", "ell": "ℓ", "in": "∈",
  "notin": "∉", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "approx": "≈",
  "sim": "∼", "propto": "∝", "times": "×", "cdot": "·", "pm": "±", "to": "→", "sqrt": "√",
  "ldots": "…", "star": "*", "quad": "\u{2003}",
]
