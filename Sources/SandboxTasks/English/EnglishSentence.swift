/// A statement as a sentence.
struct EnglishSentence {
  /// A piece of a sentence.
  enum Part: ExpressibleByStringInterpolation {
    case words(String)
    /// What the statement is about.
    case key(String)
    /// What it says.
    case value(String)

    init(stringLiteral value: String) { self = .words(value) }
  }

  private(set) var text = ""
  /// Parts of the text, in characters.
  private(set) var key = 0..<0
  private(set) var value = 0..<0

  init(_ parts: Part...) {
    for part in parts {
      let start = text.utf8.count
      switch part {
      case .words(let words): text += words
      case .key(let name):
        text += name
        key = start..<text.utf8.count
      case .value(let name):
        text += name
        value = start..<text.utf8.count
      }
    }
  }
}

/// How an instance is written in English.
struct EnglishWording {
  /// What comes before the context.
  var introduction: String
  /// The sentence of a statement.
  var sentence: (_ statement: ArraySlice<Int32>) -> EnglishSentence
  /// What is asked after the context.
  var question: String
  /// How the answer starts, from the space that parts it from the question.
  var answerPrefix: String
  /// What the answer must hold, in order.
  var outputs: [String]

  /// An entity's name: `amber-birch`.
  static func name(_ symbols: some Collection<Int32>) -> String {
    symbols.map { Vocabulary.sandbox.words[Int($0)] }.joined(separator: "-")
  }
}

extension Entity {
  private static let names = (0..<count).map { number in
    let entity = Entity(number)
    return EnglishWording.name([entity.first, entity.second])
  }

  /// Its name: `amber-birch`.
  var name: String { Self.names[index] }
}

extension Fact {
  /// The fact that five tokens spell.
  init(_ tokens: ArraySlice<Int32>) {
    let t = Array(tokens)
    self.init(
      opening: t[0], key: Entity(symbols: t[1], t[2]), value: Entity(symbols: t[3], t[4]))
  }
}

extension TaskInstance {
  /// The names of the gold facts' values, by hop.
  var goldValueNames: [String] { gold.map { EnglishWording.name(context[$0.value]) } }
}
