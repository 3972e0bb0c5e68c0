import Randomness

/// Code bug: files of definitions `. n m = a b f g l` and calls `. n m : a b f g l`; in one call
/// the operands are not those of the definition, and the question `?` asks for its file and line, `f g l`.
extension TaskDraft {
  static func codeBug(_ settings: TaskSettings, _ random: RandomStream) -> TaskDraft {
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
}
