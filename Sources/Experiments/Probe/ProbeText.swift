import SandboxTasks

/// How an instance of text reads, for people.
public struct ProbeText: Sendable, Equatable {
  /// The prompt, the question at its end, and the right answer, as the file has them.
  public let input: String
  public let question: String
  public let answer: String
  /// Each token of the answer by itself.
  public let answerWords: [String]
  /// Each token that is read for the answer, from the first of the context; nil where they are too many to
  /// be shown.
  public let words: [String]?

  /// Longer contexts are not written out word by word.
  public static let mostWords = 4096

  public init(
    input: String, question: String, answer: String, answerWords: [String], words: [String]?
  ) {
    self.input = input
    self.question = question
    self.answer = answer
    self.answerWords = answerWords
    self.words = words
  }

  /// How an instance of the sandbox's own tokens reads.
  ///
  /// - Parameter read: all that is read for the answer, context included.
  init(_ instance: TaskInstance, _ vocabulary: Vocabulary, read: [Int32]) {
    func words(_ tokens: [Int32]) -> [String] { tokens.map { vocabulary.word(of: $0) ?? "\($0)" } }
    answerWords = words(instance.answer)
    question = words(instance.question).joined(separator: " ")
    answer = answerWords.joined(separator: " ")
    self.words = read.count <= Self.mostWords ? words(read) : nil
    input = (self.words ?? []).joined(separator: " ")
  }
}
