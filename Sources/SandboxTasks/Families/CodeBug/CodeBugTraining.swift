import Randomness

extension TrainingSlice {
  /// Operands of calls.
  public static let operand = TrainingSlice("operand")
  /// File and line of bugs.
  public static let bugAnswer = TrainingSlice("bug_answer")
}

extension CodeBugTask {
  static let trainingSettings = ReviewTraining.settings.map { $0.of(\TrainingMixture.review) }
  static let slices = [
    TrainingSlice.Declaration("operand", title: "operands"),
    TrainingSlice.Declaration("bug_answer", title: "bugs"),
    TrainingSlice.Declaration("verdict", title: "verdicts"),
  ]

  /// How many calls of reviewed code are wrong: half of them, so that a verdict is worth a bit and
  /// no guess that all is right pays.
  private static let wrongShare = 0.5

  /// A code base with bugs in one or more files, then a question for each of them; or a reviewed one,
  /// where half of the calls are wrong, a verdict closes each line and nothing is asked.
  ///
  /// Determined are the operands of every call but the wrong ones; and of an answer what the bugs not
  /// yet named leave open no more. A line's number follows too, but is bookkeeping and not counted.
  static func trainingSequence(
    _ mixture: TrainingMixture, facts count: Int, stream: inout RandomStream
  ) -> TrainingSequence {
    let settings = mixture.review
    let count = min(count, CodeGrowth.limit)
    let form = CodeLine.form
    var sequence = TrainingSequence(family: .codeBug, capacity: form.length * (count + 1) + 20)
    sequence.appendPadding(&stream, upTo: form.length - 1)

    let isReviewed = stream.unit() < settings.reviewed
    var growth = CodeGrowth()
    if count >= 2 && !isReviewed {
      let most = max(1, count / CodeGrowth.fileLines.upperBound)
      for _ in 0...stream.below(min(settings.anomalies, most)) {
        growth.addFile(
          hasBug: true, depth: nil, rehearsal: mixture.rehearsal,
          most: min(count, CodeGrowth.fileLines.upperBound), &stream)
      }
    }
    while growth.lineCount < count {
      growth.addFile(
        hasBug: false, depth: nil, rehearsal: mixture.rehearsal,
        wrongCalls: isReviewed ? wrongShare : 0, most: count - growth.lineCount, &stream)
    }

    var answers: [[Int32]] = []
    for file in growth.order {
      for line in file.lines {
        let isBug = file.bugs[line.number] != nil
        sequence.append(
          line.tokens,
          determined: line.isDefinition || isBug ? [] : Set(CodeLine.operandPlaces), .operand)
        if isReviewed {
          sequence.appendVerdict(isRight: !isBug)
        } else if isBug {
          answers.append(Array(line.tokens[form.value]))
        }
      }
    }
    sequence.ask(answers, .bugAnswer, &stream)
    return sequence
  }
}
