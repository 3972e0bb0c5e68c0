import DataFiles
import Randomness

/// What training sequences of lines, one of which is wrong, are made of: logs and code.
public struct ReviewTraining: TrainingSettings {
  /// The most anomalies of a log, and bugs of a code base; each is asked for. Several let a sequence
  /// say more about how they are found; a task has one.
  public var anomalies = 3
  /// The probability that a log or a code base is reviewed: a verdict closes each line, and nothing is
  /// asked. One verdict a line teaches what is wrong with lines faster than one question a log.
  public var reviewed = 0.0

  static let settings: [Setting<ReviewTraining>] = [
    Setting(
      "anomalies", \.anomalies, in: 1...LedgerAnomaly.allCases.count,
      help: "The most anomalies of a log, and bugs of a code base."),
    Setting(
      "reviewed", \.reviewed, in: .closed(0...1),
      help: "The probability that a log or a code base is reviewed: a verdict closes each line."),
  ]
}

extension TrainingMixture {
  /// What sequences of logs and code are made of.
  public var review: ReviewTraining {
    get { self[ReviewTraining.self] }
    set { self[ReviewTraining.self] = newValue }
  }
}

extension TrainingSlice {
  /// Whether a line of a reviewed log or code base is right.
  public static let verdict = TrainingSlice("verdict")
}

extension TrainingSequence {
  /// Appends a line as a unit.
  mutating func append(
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
  mutating func appendVerdict(isRight: Bool) {
    append(isRight ? SandboxToken.end : SandboxToken.question, determined: .verdict)
  }

  /// Appends `? answer <end>` for each answer, in any order.
  mutating func ask(
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
