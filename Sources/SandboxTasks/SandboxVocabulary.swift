extension Vocabulary {
  /// The 64 words that all families share; their ids are fixed for good, because
  /// checkpoints were trained on them.
  public static let sandbox = Vocabulary(
    words: [
      "<pad>", ".", "first", "second", "third", "fourth", "?", "=", "think",
      "one", "two", "three", "four", "five", "six", "seven", "eight",
      "ask", "and", ":", "<end>", "<reserved-0>", "deposit", "withdraw",
      "well", "so", "then", "now", "also", "still", "again", "yet",
      "amber", "birch", "cedar", "coral", "delta", "dune", "ember", "fern",
      "fjord", "garnet", "heron", "iris", "ivory", "jade", "kelp", "lotus",
      "maple", "meadow", "nectar", "olive", "opal", "pearl", "quartz", "raven",
      "reed", "sage", "slate", "topaz", "tulip", "velvet", "willow", "zinc",
    ])
}

/// The tokens of `Vocabulary.sandbox` that the tasks know by name.
public enum SandboxToken {
  /// Fills what no task fills; no generator writes it.
  public static let pad: Int32 = 0
  /// Opens a fact: `. a b c d`, entity (a, b) points to entity (c, d).
  public static let fact: Int32 = 1
  /// Opens a question about hops: `? two a b`.
  public static let question: Int32 = 6
  /// Introduces an answer, and in a line of code the operands of a definition; those of a call stand
  /// behind a colon.
  public static let answer: Int32 = 7
  /// Introduces a trace.
  public static let think: Int32 = 8
  /// Opens a question about several needle keys: `ask a b and c d :`.
  public static let ask: Int32 = 17
  /// Joins the keys of such a question.
  public static let and: Int32 = 18
  /// Ends the list of its keys.
  public static let colon: Int32 = 19
  /// Closes an answer in training sequences.
  public static let end: Int32 = 20

  /// Open the operations of a transaction log: `deposit a b second o three n x y`.
  public static let deposit: Int32 = 22
  public static let withdraw: Int32 = 23

  /// The number of ordinals: a needle key has at most so many values.
  public static let ordinalCount = 4
  /// The largest hop count that has a word.
  public static let hopLimit = 8
  /// The number of filler words.
  public static let fillerCount = 8
  /// The number of symbols; an entity is an ordered pair of them.
  public static let symbolCount = 32

  /// The token of the filler word 0 … 7.
  public static func filler(_ number: Int) -> Int32 { 24 + Int32(number) }
  /// The token of the symbol 0 … 31.
  public static func symbol(_ number: Int) -> Int32 { 32 + Int32(number) }
  /// The token that opens value 0 … 3 of a needle key: `first` … `fourth`.
  public static func ordinal(_ number: Int) -> Int32 { 2 + Int32(number) }
  /// The token of the hop count 1 … 8: `one` … `eight`.
  public static func hops(_ count: Int) -> Int32 { 8 + Int32(count) }

  /// Whether a token is a filler word.
  public static func isFiller(_ token: Int32) -> Bool { 24..<32 ~= token }
  /// Whether a token is a symbol.
  public static func isSymbol(_ token: Int32) -> Bool { 32..<64 ~= token }
}
