import Randomness

extension TrainingSlice {
  /// Balances that a log's earlier lines, and the line itself, determine.
  public static let balance = TrainingSlice("balance")
  /// Kind and number of anomalous transactions.
  public static let logAnswer = TrainingSlice("log_answer")
}

extension TransactionLogTask {
  static let trainingSettings = ReviewTraining.settings.map { $0.of(\TrainingMixture.review) }
  static let slices = [
    TrainingSlice.Declaration("balance", title: "balances"),
    TrainingSlice.Declaration("log_answer", title: "log"),
  ]

  /// A log with one or more anomalies, at most one of a kind, then a question for each of them; or a
  /// reviewed log with any number of them, where a verdict closes each line and nothing is asked.
  ///
  /// Determined are the old balance of every operation but an account's first, and every new one, of
  /// lines that are in order; and of an answer what the anomalies not yet named leave open no more.
  /// An operation's number follows from the log too, but is bookkeeping and not counted.
  static func trainingSequence(
    _ mixture: TrainingMixture, facts count: Int, stream: inout RandomStream
  ) -> TrainingSequence {
    let settings = mixture.review
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
        rehearsal: mixture.rehearsal, most: count - growth.entries.count, &stream)
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
    _ settings: ReviewTraining, lines count: Int, _ stream: inout RandomStream
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
}
