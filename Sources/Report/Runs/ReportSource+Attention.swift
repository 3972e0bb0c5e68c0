import DataFiles
import Experiments

extension ReportSource {
  /// The attention that a probe kept: of all heads, or of the followed one where an earlier version of
  /// the program made the results; nil where it kept none.
  ///
  /// - Throws: `JSONError`, `CSVError`, `FileSystemError`.
  func explorer() throws -> AttentionExplorer? {
    var instances: [AttentionExplorer.Instance] = []
    if let path = file(ProbeFiles.attentionName) {
      try JSONLines.forEach(path) { _, value in
        instances.append(try Self.instance(value, file: path))
      }
    } else if let path = file("profile.csv") {
      instances = try Self.instances(ProbeFiles.profileSchema.read(path))
    }
    return instances.isEmpty ? nil : AttentionExplorer(instances)
  }

  private static func instance(
    _ value: JSONValue, file: String
  ) throws -> AttentionExplorer.Instance {
    var reader = try JSONObjectReader(value, file: file)
    try reader.version(understood: ProbeFiles.attentionVersion)
    let shape = try reader.ints("shape")
    let limit = 1 << 20
    guard shape.count == 5, shape.allSatisfy({ 1...limit ~= $0 }) else {
      throw reader.invalid("shape", "must be five sizes, those of the axes")
    }
    // Texts list their tokens one by one; those of the sandbox are words with spaces between them.
    func words(
      _ list: String, or text: String, _ reader: inout JSONObjectReader
    ) throws(JSONError) -> [String]? {
      if reader.contains(list) { return try reader.strings(list).map(shown) }
      return reader.contains(text)
        ? try reader.string(text).split(separator: " ").map(String.init) : nil
    }
    let answer = try words("answer_words", or: "answer", &reader) ?? []
    let answerSteps = try reader.ints("answer_steps")
    guard answerSteps.allSatisfy(answer.indices.contains) else {
      throw reader.invalid("answer_steps", "must be places in the answer")
    }
    var gold: [AttentionExplorer.Instance.Gold] = []
    for var fact in try reader.objects("gold") {
      let span = try fact.ints("span")
      guard span.count == 2, span[0] >= 0, span[0] <= span[1] else {
        throw fact.invalid("span", "must be a first position and the one behind the last")
      }
      gold.append(.init(hop: try fact.int("hop"), span: span[0]..<span[1]))
    }
    let task = try reader.string("task")
    let length = try reader.int("length")
    let isText = reader.contains("answer_words")
    let read = try words("words", or: isText ? "words" : "text", &reader)
    let made = AttentionExplorer.Instance(
      label: "\(task), T = \(length), instance \(try reader.int("index"))",
      question: try reader.string("question"), answers: answerSteps.map { answer[$0] },
      words: read, gold: gold,
      holders: try reader.ints("holders"), positions: try reader.int("positions", in: 1...1 << 40),
      binWidth: try reader.int("bin_width", in: 1...1 << 40), steps: try reader.ints("steps"),
      layers: Array(0..<shape[2]), heads: Array(0..<shape[3]),
      mass: try reader.doubles("mass"), attention: try reader.doubles("attention"))
    guard made.isConsistent, made.steps.count == shape[0], made.bins == shape[4] else {
      throw reader.invalid("shape", "does not fit the lists beside it")
    }
    return made
  }

  /// A token of a text as one word, its white space seen.
  private static func shown(_ token: String) -> String {
    let word = String(token.map { $0.isNewline ? "⏎" : $0.isWhitespace ? "␣" : $0 })
    return word.isEmpty ? "·" : word
  }

  /// Instances of `profile.csv`, which knows one head alone.
  private static func instances(_ table: CSVTable) throws -> [AttentionExplorer.Instance] {
    let tasks = try table.strings("task")
    let lengths = try table.ints("length")
    let indices = try table.ints("index")
    let steps = try table.ints("step")
    let answers = try table.ints("answer_step")
    let positions = try table.ints("position", in: 0...1 << 40)
    let attention = try table.doubles("attention")
    let isGold = try table.ints("is_gold")
    let layers = try table.ints("layer")
    let heads = try table.ints("head")
    var order: [String] = []
    var groups: [String: [Int]] = [:]
    for row in tasks.indices {
      let key = "\(tasks[row]), T = \(lengths[row]), instance \(indices[row])"
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(row)
    }
    return order.compactMap { key in
      let rows = groups[key] ?? []
      guard let first = rows.first, let last = rows.map({ positions[$0] }).max(), last >= 0 else {
        return nil
      }
      let count = last + 1
      let width = max(1, (count + AttentionMap.mostBins - 1) / AttentionMap.mostBins)
      let bins = (count + width - 1) / width
      let ownSteps = Set(rows.map { steps[$0] }).sorted()
      let ownAnswers = Set(rows.map { answers[$0] }).sorted()
      var shares = [Double](repeating: 0, count: ownSteps.count * ownAnswers.count * bins)
      var mass = [Double](repeating: 0, count: ownSteps.count * ownAnswers.count)
      var gold: [Range<Int>] = ownAnswers.map { _ in 0..<0 }
      for row in rows where positions[row] >= 0 {
        guard let step = ownSteps.firstIndex(of: steps[row]),
          let answer = ownAnswers.firstIndex(of: answers[row])
        else { continue }
        let place = step * ownAnswers.count + answer
        shares[place * bins + positions[row] / width] += attention[row]
        guard isGold[row] != 0 else { continue }
        mass[place] += attention[row]
        let own = gold[answer]
        gold[answer] =
          own.isEmpty
          ? positions[row]..<positions[row] + 1
          : min(own.lowerBound, positions[row])..<max(own.upperBound, positions[row] + 1)
      }
      var facts: [Range<Int>] = []
      for span in gold where !facts.contains(span) { facts.append(span) }
      let made = AttentionExplorer.Instance(
        label: key, question: "not recorded", answers: ownAnswers.map { "answer token \($0)" },
        words: nil, gold: facts.enumerated().map { .init(hop: $0.offset, span: $0.element) },
        holders: gold.map { facts.firstIndex(of: $0) ?? 0 }, positions: count, binWidth: width,
        steps: ownSteps, layers: [layers[first]], heads: [heads[first]], mass: mass,
        attention: shares)
      return made.isConsistent ? made : nil
    }
  }
}
