import Randomness

/// Files of Python made from templates: the haystack where no source tree is given.
///
/// A file is a function of (seed, its number); there is no end of them.
public struct SyntheticCode: CodeSource {
  private let random: RandomStream

  public init(seed: UInt64) {
    random = RandomStream(seed: seed, label: "synthetic code")
  }

  public var fileCount: Int? { nil }
  public var hash: String? { nil }

  /// One to three functions under an import, 8 … 45 lines; names and numbers are drawn.
  public func file(_ number: Int) -> SourceFile {
    var stream = random.child(number)
    let topics = CodeTemplate.topics
    let topic = topics[stream.below(topics.count)]
    var templates = CodeTemplate.all
    stream.shuffle(&templates)
    var lines = ["import math", "", "import numpy as np"]
    let suffixes = CodeTemplate.suffixes
    for template in templates.prefix(1 + stream.below(3)) {
      let suffix = suffixes[stream.below(suffixes.count)]
      lines += ["", ""]
      lines += template.lines(suffix: suffix, &stream)
    }
    return SourceFile(path: "\(topic)/\(templates[0].name)_\(number).py", lines: lines)
  }
}

/// A function with places for names (`$a` … `$f`) and small numbers (`#1` … `#3`).
struct CodeTemplate: Sendable {
  var name: String
  var body: String

  func lines(suffix: String, _ stream: inout RandomStream) -> [String] {
    var names = Self.variables
    stream.shuffle(&names)
    var text = body
    for (letter, name) in zip("abcdef", names) {
      text = text.replacing("$\(letter)", with: name)
    }
    for digit in 1...3 {
      text = text.replacing("#\(digit)", with: "\(2 + stream.below(98))")
    }
    text = text.replacing("$name", with: "\(name)\(suffix)")
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  static let topics = [
    "data", "layers", "losses", "metrics", "optim", "sampling", "signal", "train",
  ]
  static let suffixes = ["", "_batched", "_fast", "_one", "_safe", "_simple", "_stable", "_step"]
  static let variables = [
    "acc", "base", "bound", "cell", "chunk", "drift", "edge", "frame", "gain", "item", "knot",
    "level",
    "mark", "node", "offset", "part", "piece", "rate", "row", "span", "state", "term", "unit",
    "vec",
  ]
}
