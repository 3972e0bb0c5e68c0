import Randomness

extension TrainingSequence {
  /// A log with one or more anomalies, at most one of a kind, then a question for each of them; or a
  /// reviewed log with any number of them, where a verdict closes each line and nothing is asked.
  ///
  /// Determined are the old balance of every operation but an account's first, and every new one, of
  /// lines that are in order; and of an answer what the anomalies not yet told leave open no more.
  /// An operation's number follows from the log too, but is bookkeeping and not counted.
  static func transactionLog(
    _ settings: TrainingMixture, lines count: Int, stream: inout RandomStream
  ) -> TrainingSequence {
    let count = min(count, LedgerGrowth.limit)
    let form = LedgerLine.form
    var sequence = TrainingSequence(
      family: .transactionLog, capacity: form.length * (count + 1) + 20)
    sequence.appendPadding(&stream, upTo: form.length - 1)

    let isReviewed = stream.unit() < settings.reviewed
    var growth = LedgerGrowth(stream.child("log"))
    if isReviewed {
      addFaults(to: &growth, lines: count, &stream)
    } else {
      for kind in kinds(settings, lines: count, &stream) {
        growth.add(kind, depth: nil, most: min(count, LedgerGrowth.anomalyLines), &stream)
      }
    }
    while growth.entries.count < count {
      growth.addAccount(
        rehearsal: settings.rehearsal, most: count - growth.entries.count, &stream)
    }

    var answers: [[Int32]] = []
    for place in growth.order {
      let (line, anomaly) = (growth.entries[place].line, growth.entries[place].anomaly)
      var determined: Set<Int> = []
      if line.number > 1 && anomaly != .lostUpdate { determined.insert(LedgerLine.oldPlace) }
      if anomaly != .calculationError && anomaly != .negativeBalance {
        determined.insert(LedgerLine.newPlace)
      }
      sequence.append(line.tokens, determined: determined, .balance)
      if isReviewed {
        sequence.appendVerdict(isRight: anomaly == nil)
      } else if let anomaly {
        answers.append([anomaly.token, line.id.first, line.id.second])
      }
    }
    sequence.ask(answers, .logAnswer, &stream)
    return sequence
  }

  /// The anomalies of a log of a number of lines: different ones, so that a kind names one of them.
  private static func kinds(
    _ settings: TrainingMixture, lines count: Int, _ stream: inout RandomStream
  ) -> [LedgerAnomaly] {
    var kinds = LedgerAnomaly.allCases
    stream.shuffle(&kinds)
    if count == 1 { kinds.removeAll(where: \.needsTwoLines) }
    let most = min(settings.anomalies, max(1, count / (2 * LedgerGrowth.anomalyLines)))
    return Array(kinds.prefix(1 + stream.below(most)))
  }

  /// Fills three quarters of a reviewed log with anomalies of any kind and the lines before them, so that
  /// about every third line is wrong and no guess that all is right pays.
  private static func addFaults(
    to growth: inout LedgerGrowth, lines count: Int, _ stream: inout RandomStream
  ) {
    let kinds = LedgerAnomaly.allCases
    while 4 * growth.entries.count < 3 * count {
      let left = min(count - growth.entries.count, LedgerGrowth.anomalyLines)
      let kind = kinds[stream.below(kinds.count)]
      if left >= 2 || !kind.needsTwoLines { growth.add(kind, depth: nil, most: left, &stream) }
    }
  }

  /// How many calls of reviewed code are wrong: half of them, so that a verdict is worth a bit and
  /// no guess that all is right pays.
  private static let wrongShare = 0.5

  /// A code base with bugs in one or more files, then a question for each of them; or a reviewed one,
  /// where half of the calls are wrong, a verdict closes each line and nothing is asked.
  ///
  /// Determined are the operands of every call but the wrong ones; and of an answer what the bugs not
  /// yet told leave open no more. A line's number follows too, but is bookkeeping and not counted.
  static func codeBug(
    _ settings: TrainingMixture, lines count: Int, stream: inout RandomStream
  ) -> TrainingSequence {
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
          hasBug: true, depth: nil, rehearsal: settings.rehearsal,
          most: min(count, CodeGrowth.fileLines.upperBound), &stream)
      }
    }
    while growth.lineCount < count {
      growth.addFile(
        hasBug: false, depth: nil, rehearsal: settings.rehearsal,
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

  /// Appends a line as a unit.
  private mutating func append(
    _ line: [Int32], determined: Set<Int>, _ slice: TrainingSlice
  ) {
    startUnit()
    for (place, token) in line.enumerated() {
      if determined.contains(place) {
        append(token, determined: slice)
      } else {
        append(token)
      }
    }
  }

  /// Closes a line of what is reviewed: by `<end>` where it is right and by `?` where it is not.
  private mutating func appendVerdict(isRight: Bool) {
    append(isRight ? SandboxToken.end : SandboxToken.question, determined: .verdict)
  }

  /// Appends `? answer <end>` for each answer, in any order.
  private mutating func ask(
    _ answers: [[Int32]], _ slice: TrainingSlice, _ stream: inout RandomStream
  ) {
    var left = answers
    stream.shuffle(&left)
    while let answer = left.last {
      startUnit()
      append(SandboxToken.question)
      for (place, token) in answer.enumerated() {
        let candidates = left.filter { $0[..<place] == answer[..<place] }
        if candidates.allSatisfy({ $0[place] == token }) {
          append(token, determined: slice)
        } else {
          append(token)
        }
      }
      append(SandboxToken.end, determined: .form)
      left.removeLast()
    }
  }
}
