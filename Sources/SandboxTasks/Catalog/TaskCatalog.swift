/// The families of tasks.
///
/// A new one is added at the end: the order decides which tokens and which columns of accuracy belong to
/// whom, and what a mixture draws.
enum TaskCatalog {
  static let families: [any SandboxTask.Type] = [
    KeyValueTask.self,
    NeedleTask.self,
    MultiHopTask.self,
    TransactionLogTask.self,
    CodeBugTask.self,
    OverwriteTask.self,
  ]

  /// The vocabulary of each family: the words that all share, and those of families up to itself.
  static let vocabularies: [String: Vocabulary] = {
    var words = Vocabulary.sandbox.words
    return families.reduce(into: [:]) { vocabularies, family in
      words += family.ownWords
      vocabularies[family.name] =
        family.ownWords.isEmpty ? Vocabulary.sandbox : Vocabulary(words: words)
    }
  }()

  /// The token of a family's first own word.
  static func firstOwnToken(_ family: any SandboxTask.Type) -> Int32 {
    let before = families.prefix { $0 != family }
    return Int32(before.reduce(Vocabulary.sandbox.count) { $0 + $1.ownWords.count })
  }
}
