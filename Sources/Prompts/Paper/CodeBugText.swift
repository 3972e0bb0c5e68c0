import Randomness
import SandboxTasks

/// What every code base with a bug is made of.
public struct CodeBugSettings: Sendable, Equatable {
  /// How a line may be made wrong; each is as likely as any other that finds a line.
  public var operators: [MutationOperator]
  /// Where the file with the bug stands, as a share of the code base in 0 … 1; nil draws it.
  public var depth: Double?
  /// The most lines of the file with the bug.
  public var fileLines: Int

  /// Any operator, any depth, and files of at most 100 lines, by default.
  public init(
    operators: [MutationOperator] = MutationOperator.allCases, depth: Double? = nil,
    fileLines: Int = 100
  ) {
    self.operators = operators
    self.depth = depth
    self.fileLines = fileLines
  }
}

/// A code base with exactly one wrong line, as text, in any number of lines.
///
/// The file with the bug is always there as a whole. The others join it one by one, in an order and at
/// places that are drawn once; the last of them is cut short, so that the number of lines is exact. So
/// a smaller code base's lines are a subsequence of a larger one's.
public struct CodeBugText: Sendable {
  public let settings: CodeBugSettings
  public let seed: UInt64
  public let split: Split
  public let index: Int
  /// The operator that made the line wrong.
  public let mutation: MutationOperator
  /// The file with the bug as it was.
  public let original: SourceFile
  /// The wrong line, from 0, and what it says.
  public let line: Int
  public let changed: String

  private let source: any CodeSource
  /// The number of that file in the source.
  private let number: Int
  private let place: Double
  private let random: RandomStream

  /// Item number `index`, from 0: a function of settings, source, seed, split and index alone.
  ///
  /// - Throws: `SourceTreeError.noBug` where no operator finds a line.
  public init(
    _ settings: CodeBugSettings, source: any CodeSource, seed: UInt64, split: Split = .test,
    index: Int
  ) throws(SourceTreeError) {
    precondition(index >= 0, "items are numbered from 0")
    self.settings = settings
    self.source = source
    self.seed = seed
    self.split = split
    self.index = index
    random = RandomStream(seed: seed, label: "paper tasks")
      .child("code-bug").child(split.rawValue).child(index)
    var draws = random.child("needle")
    let anyPlace = draws.unit()
    place = settings.depth ?? anyPlace
    var operators = settings.operators
    draws.shuffle(&operators)
    let candidates = Self.candidates(source, &draws)
    for mutation in operators {
      for number in candidates {
        let file = source.file(number)
        guard file.lines.count <= settings.fileLines else { continue }
        let found = Self.changes(of: file, by: mutation)
        guard !found.isEmpty else { continue }
        let chosen = found[draws.below(found.count)]
        (self.mutation, self.number, original) = (mutation, number, file)
        (line, changed) = (chosen.line, chosen.text)
        return
      }
    }
    throw .noBug(operators: settings.operators.map(\.rawValue))
  }

  /// The files in which a line is looked for, in any order; the first ones where there is no end.
  private static func candidates(_ source: any CodeSource, _ stream: inout RandomStream) -> [Int] {
    var numbers = Array(0..<(source.fileCount ?? 64))
    stream.shuffle(&numbers)
    return numbers
  }

  /// Every change of a line of a file; what stands between three quotes or in a comment is no code.
  private static func changes(
    of file: SourceFile, by mutation: MutationOperator
  ) -> [(line: Int, text: String)] {
    var found: [(line: Int, text: String)] = []
    var isQuoted = false
    var isComment = false
    for (number, line) in file.lines.enumerated() {
      let quotes = line.components(of: "\"\"\"") + line.components(of: "'''")
      if line.contains("/*") { isComment = true }
      if !isQuoted && !isComment && quotes == 0 {
        for text in mutation.mutations(of: line) { found.append((number, text)) }
      }
      if line.contains("*/") { isComment = false }
      if quotes % 2 == 1 { isQuoted.toggle() }
    }
    return found
  }

  /// SHA-256 of the source tree; nil where the code is made from templates.
  var hash: String? { source.hash }

  /// The least number of lines: those of the file with the bug.
  public var leastLines: Int { original.lines.count }

  /// The most lines there are; nil where there is no end.
  public var mostLines: Int? {
    source.fileCount.map { count in
      (0..<count).reduce(0) { $0 + source.file($1).lines.count }
    }
  }

  /// Where the bug is: `path:line`, counted from 1.
  public var location: String { "\(original.path):\(line + 1)" }

  /// The files of a code base in a number of lines, in their order, the last taken up cut short.
  ///
  /// - Parameter hasBug: whether the wrong line is as it is, or as it was.
  public func files(lines count: Int, hasBug: Bool = true) -> [SourceFile] {
    precondition(count >= leastLines, "the file with the bug has \(leastLines) lines")
    var file = original
    if hasBug { file.lines[line] = changed }
    var chosen: [(place: Double, file: SourceFile)] = [(place, file)]
    var left = count - file.lines.count
    var order = random.child("order")
    var numbers = source.fileCount.map { Array(0..<$0) } ?? []
    order.shuffle(&numbers)
    var next = 0
    while left > 0, source.fileCount == nil || next < numbers.count {
      let number = source.fileCount == nil ? next : numbers[next]
      next += 1
      if number == self.number { continue }
      var file = source.file(number)
      file.lines = Array(file.lines.prefix(left))
      left -= file.lines.count
      var places = random.child("places").child(number)
      chosen.append((places.unit(), file))
    }
    return chosen.enumerated().sorted {
      ($0.element.place, $0.offset) < ($1.element.place, $1.offset)
    }
    .map(\.element.file)
  }

  /// The code base in a number of lines, from `leastLines` to `mostLines`.
  ///
  /// - Parameter padding: words for a line of remarks before the first file; none if empty.
  /// - Complexity: O(lines).
  public func item(size count: Int, padding: String) -> TextItem {
    var context = ContextText()
    if !padding.isEmpty { context.append("# \(padding)") }
    for file in files(lines: count) {
      context.append("=== \(file.path) ===")
      for (number, text) in file.lines.enumerated() {
        let label = "\(number + 1)"
        let line = text.isEmpty ? "\(label):" : "\(label): \(text)"
        if file.path == original.path && number == self.line {
          context.append(line, hop: 0, key: nil, value: 0..<label.utf8.count)
        } else {
          context.append(line)
        }
      }
    }
    return TextItem(
      introduction: Self.introduction, context: context.text, question: Self.question,
      answerPrefix: " The bug is in", answer: " \(location)", outputs: [location],
      gold: context.gold)
  }

  static let introduction = """
    Below are the files of a program. Each begins with a line that names it, and its lines are \
    numbered. Exactly one line has a bug; everything else is right.
    """

  static let question = """
    Which line of the files above has the bug? Answer with the name of the file, a colon and the \
    number of the line.
    """
}

extension String {
  /// How often a part occurs.
  fileprivate func components(of part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let found = rest.firstRange(of: part) {
      count += 1
      rest = rest[found.upperBound...]
    }
    return count
  }
}
