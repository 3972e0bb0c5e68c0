import Randomness

/// Writes the statements of a form one behind the other and notes where the gold ones stand.
struct LineWriter {
  private(set) var context: [Int32] = []
  private(set) var gold: [GoldFact] = []
  private let form: LineForm

  /// Starts with the filler words that the length leaves over.
  init(_ settings: TaskSettings, _ random: RandomStream) {
    form = settings.family.form
    context.reserveCapacity(settings.length)
    var words = FillerWords(.noise, stream: random.child("padding"))
    for _ in 0..<settings.length % form.length { context.append(words.next()) }
  }

  mutating func write(_ tokens: [Int32], hop: Int?) {
    if let hop { gold.append(GoldFact(hop: hop, at: context.count, form)) }
    context += tokens
    gold.sort { $0.hop < $1.hop }
  }
}
