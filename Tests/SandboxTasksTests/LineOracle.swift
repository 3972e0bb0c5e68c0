import SandboxTasks

/// Reads a transaction log or a code base word by word, replays it, and says what is wrong with it
/// and which tokens the rest determines. It shares nothing with the generators but the vocabulary.
struct LineOracle {
  /// A line that breaks a rule.
  struct Fault: Equatable {
    /// `CALC_ERROR` and so on, `OPERANDS`, or the name of a rule that no task is to break.
    var kind: String
    /// What an answer says of it.
    var answer: [String]
    /// The line's first token, and that of the line that it contradicts.
    var start: Int
    var contradicted: Int?
  }

  private(set) var faults: [Fault] = []
  /// The lines, each with its first token.
  private(set) var lines: [(start: Int, words: [String])] = []
  /// What each token must be, if anything determines it.
  private(set) var determined: [String?]
  /// Where lines, questions and runs of filler words start.
  private(set) var units: [Int] = []
  /// Where the text leaves the language.
  private(set) var failure: String?
  /// The number of questions.
  private(set) var questions = 0

  private let words: [String]
  private static let symbols = Array(Vocabulary.sandbox.words[32...])
  private static let ordinals = ["first", "second", "third", "fourth"]
  private static let counts = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
  private static let kinds = ["CALC_ERROR", "NEGATIVE_BAL", "LOST_UPDATE", "DUPLICATE_TXN"]

  private struct Account {
    var operations: Int
    var balance: Int
    /// What the last operation started from, and where it stands.
    var before: Int
    var place: Int
  }
  private var accounts: [String: Account] = [:]
  private var transactions: [String: Int] = [:]
  private var definitions: [String: (operands: [String], place: Int)] = [:]
  private var file = ""
  private var fileLine = 0
  private var files: Set<String> = []

  /// - Parameter isReviewed: whether a verdict closes each line.
  init(_ tokens: [Int32], isLog: Bool, isReviewed: Bool = false) {
    words = tokens.map { Vocabulary.sandbox.words[Int($0)] }
    determined = words.map { _ in nil }
    var place = 0
    var wasFiller = false
    while place < words.count, failure == nil {
      let isFiller = SandboxToken.isFiller(tokens[place])
      if !(isFiller && wasFiller) { units.append(place) }
      wasFiller = isFiller
      if isFiller {
        place += 1
      } else if words[place] == "?" {
        place = readQuestion(place, isLog)
      } else {
        let end = place + 9
        guard end <= words.count, questions == 0 else {
          failure = "a line at \(place) is cut short or stands behind a question"
          return
        }
        let line = Array(words[place..<end])
        lines.append((place, line))
        if isLog { readOperation(line, place) } else { readStatement(line, place) }
        place = end
        if isReviewed { place = readVerdict(place) }
      }
    }
  }

  private mutating func readVerdict(_ place: Int) -> Int {
    let isWrong = faults.last?.start == place - 9
    let verdict = isWrong ? "?" : "<end>"
    if place >= words.count || words[place] != verdict {
      failure = "a wrong verdict at \(place)"
    } else {
      determined[place] = verdict
    }
    return place + 1
  }

  private mutating func readOperation(_ line: [String], _ place: Int) {
    let (account, id) = (line[1...2].joined(separator: " "), line[7...8].joined(separator: " "))
    guard line[0] == "deposit" || line[0] == "withdraw",
      let number = Self.ordinals.firstIndex(of: line[3]).map({ $0 + 1 }),
      let old = Self.symbols.firstIndex(of: line[4]),
      let amount = Self.counts.firstIndex(of: line[5]).map({ $0 + 1 }),
      let new = Self.symbols.firstIndex(of: line[6])
    else {
      failure = "no operation at \(place)"
      return
    }
    func fault(_ kind: String, contradicts other: Int? = nil) {
      let word = Self.kinds.firstIndex(of: kind).map { Self.ordinals[$0] }
      faults.append(
        Fault(
          kind: kind, answer: [word ?? "?"] + line[7...8], start: place, contradicted: other))
    }
    if let first = transactions[id] { fault("DUPLICATE_TXN", contradicts: first) }
    transactions[id] = place
    let known = accounts[account]
    if number != (known?.operations ?? 0) + 1 { fault("number") }
    if let known {
      if old == known.balance {
        determined[place + 4] = Self.symbols[known.balance]
      } else {
        fault(old == known.before ? "LOST_UPDATE" : "balance", contradicts: known.place)
      }
    }
    let right = line[0] == "deposit" ? old + amount : old - amount
    if right == new {
      determined[place + 6] = Self.symbols[right]
    } else if right < 0 {
      fault(new == right + 32 ? "NEGATIVE_BAL" : "overdrawn wrongly")
    } else {
      // Not even the other sign, or going round, gives the balance that is written.
      let others = [old + amount, old - amount, old + amount - 32, old - amount + 32]
      fault(others.contains(new) ? "half a CALC_ERROR" : "CALC_ERROR")
    }
    accounts[account] = Account(operations: number, balance: new, before: old, place: place)
  }

  private mutating func readStatement(_ line: [String], _ place: Int) {
    let name = line[6...7].joined(separator: " ")
    if name != file {
      if !files.insert(name).inserted { failure = "the file at \(place) is there twice" }
      (file, fileLine) = (name, 0)
      definitions = [:]
    }
    guard Self.symbols.firstIndex(of: line[8]) == fileLine else {
      failure = "a wrong line number at \(place)"
      return
    }
    fileLine += 1
    let (function, operands) = (line[1...2].joined(separator: " "), Array(line[4...5]))
    guard line[0] == "." else {
      failure = "no statement at \(place)"
      return
    }
    switch line[3] {
    case "=":
      if definitions[function] != nil { failure = "a second definition at \(place)" }
      if operands[0] == operands[1] { failure = "equal operands at \(place)" }
      definitions[function] = (operands, place)
    case ":":
      guard let definition = definitions[function] else {
        failure = "no definition before \(place)"
        return
      }
      if definition.operands == operands {
        determined[place + 4] = operands[0]
        determined[place + 5] = operands[1]
      } else {
        faults.append(
          Fault(
            kind: "OPERANDS", answer: Array(line[6...8]), start: place,
            contradicted: definition.place))
      }
    default: failure = "no statement at \(place)"
    }
  }

  private mutating func readQuestion(_ place: Int, _ isLog: Bool) -> Int {
    let end = place + 5
    guard end <= words.count, words[end - 1] == "<end>" else {
      failure = "an open question at \(place)"
      return end
    }
    let answer = Array(words[place + 1..<place + 4])
    let asked = stride(from: units[units.count - 1 - questions], to: place, by: 5).map {
      Array(words[$0 + 1..<$0 + 4])
    }
    let left = faults.map(\.answer).filter { !asked.contains($0) }
    if !left.contains(answer) { failure = "a wrong answer at \(place)" }
    for step in answer.indices {
      let candidates = left.filter { $0[..<step] == answer[..<step] }
      if Set(candidates.map { $0[step] }).count == 1 {
        determined[place + 1 + step] = answer[step]
      }
    }
    determined[end - 1] = "<end>"
    questions += 1
    return end
  }
}
