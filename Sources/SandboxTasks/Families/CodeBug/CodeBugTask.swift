import DataFiles
import Randomness

/// Code bug: files of definitions `. n m = a b f g l` and calls `. n m : a b f g l`; in one call
/// the operands are not those of the definition, and the question `?` asks for its file and line, `f g l`.
public struct CodeBugTask: SandboxTask {
  static let name = "code-bug"
  static let settings: [Setting<CodeBugTask>] = []
  static let form = CodeLine.form
  /// Every line may define a function, and has then a name of its own for it.
  static let lengthLimit = CodeLine.form.length * CodeGrowth.limit
  static let hasPaperText = true

  public init() {}

  /// The most lines that the wrong one brings with it.
  var needleCount: Int { CodeGrowth.fileLines.upperBound }
  var goldCounts: ClosedRange<Int> { 2...2 }

  func isStatement(_ tokens: ArraySlice<Int32>) -> Bool { CodeLine(tokens) != nil }

  func draft(_ settings: TaskSettings, _ random: RandomStream) -> TaskDraft {
    var draws = random.child("needles")
    var growth = CodeGrowth()
    growth.addFile(
      hasBug: true, depth: settings.depth, rehearsal: settings.rehearsal,
      most: CodeGrowth.fileLines.upperBound, &draws)
    var files = random.child("files")
    let count = settings.length / CodeLine.form.length
    while growth.lineCount < count {
      growth.addFile(
        hasBug: false, depth: nil, rehearsal: settings.rehearsal,
        most: count - growth.lineCount, &files)
    }

    var writer = LineWriter(settings, random)
    var answer: [Int32] = []
    for file in growth.order {
      for line in file.lines {
        var hop: Int?
        if let (bug, definition) = file.bugs.first {
          hop = line.number == bug ? 0 : line.number == definition ? 1 : nil
        }
        if hop == 0 { answer = Array(line.tokens[CodeLine.form.value]) }
        writer.write(line.tokens, hop: hop)
      }
    }
    var draft = TaskDraft(writer)
    draft.question = [SandboxToken.question]
    draft.answer = answer
    draft.answerIsValue = answer.map { _ in true }
    draft.trace = draft.answer + draft.question
    return draft
  }

  /// The wrong line itself, the first fact, says what is asked.
  func answerHops(_ instance: TaskInstance) -> [ClosedRange<Int>] {
    instance.answer.map { _ in 0...0 }
  }

  func english(_ instance: TaskInstance) -> EnglishWording {
    EnglishWording(
      introduction:
        "Below are the files of a program, line by line. A function must be called with the "
        + "words of its definition, in the same order. Exactly one call is wrong.",
      sentence: Self.sentence, question: "In which file and line is the wrong call?",
      answerPrefix: " The wrong call is in", outputs: [Self.place(instance.answer)])
  }

  private static func sentence(_ statement: ArraySlice<Int32>) -> EnglishSentence {
    guard let line = CodeLine(statement) else { preconditionFailure("code is made of its lines") }
    let operands = [line.operands.first, line.operands.second].map { EnglishWording.name([$0]) }
    return EnglishSentence(
      .value(place(line.tokens[form.value])), line.isDefinition ? " defines " : " calls ",
      .key(line.function.name), " with \(operands.listed).")
  }

  /// File and line: `amber-birch:4`. Lines are counted from 1.
  private static func place(_ tokens: some Collection<Int32>) -> String {
    let tokens = Array(tokens)
    return "\(EnglishWording.name(tokens.prefix(2))):\(tokens[2] - SandboxToken.symbol(0) + 1)"
  }
}

extension TaskFamily {
  public static let codeBug = TaskFamily(CodeBugTask.self)
}

extension TaskShape {
  public static let codeBug = TaskShape(CodeBugTask())
}
