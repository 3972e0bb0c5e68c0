/// A tokenizer as a `tokenizer.json` of Hugging Face describes it: added tokens, normaliser,
/// pre-tokenizer, model, special tokens, decoder.
///
/// It gives the tokens that the `tokenizers` library gives. Truncation and padding that a file may ask
/// for are not done: the lab wants all of a text.
public struct Tokenizer: TextEncoder, Sendable {
  /// The tokens that are found in text as they stand, in the order of the file.
  public let addedTokens: [AddedToken]

  private let model: TokenizerModel
  private let normalizers: [Normalizer]
  private let preTokenizers: [PreTokenizer]
  private let decoder: TokenDecoder
  private let rawTokens: AddedTokenFinder
  private let normalizedTokens: AddedTokenFinder
  private let addedNumbers: [Int32: Int]
  private let addedNames: ByteStringTable
  /// The tokens that stand before and after every text.
  private let before: [Int32]
  private let after: [Int32]

  init(_ parts: TokenizerParts) {
    addedTokens = parts.addedTokens
    model = parts.model
    normalizers = parts.normalizers
    preTokenizers = parts.preTokenizers
    before = parts.before
    after = parts.after
    var (raw, normalized) = (AddedTokenFinder(), AddedTokenFinder())
    var numbers: [Int32: Int] = [:]
    var names = ByteStringTable()
    var texts: [[UInt8]] = []
    for (place, token) in parts.addedTokens.enumerated() {
      numbers[token.id] = place
      names.update(token.content, to: token.id)
      var text = AlignedText(Array(token.content.utf8))
      if token.isNormalized {
        for normalizer in parts.normalizers { normalizer.apply(to: &text) }
      }
      texts.append(Array(text.bytes[text.range]))
      if token.isNormalized {
        normalized.add(token, as: texts[place])
      } else {
        raw.add(token, as: texts[place])
      }
    }
    rawTokens = raw
    normalizedTokens = normalized
    addedNumbers = numbers
    addedNames = names
    let model = parts.model
    let greatest = parts.addedTokens.map { Int($0.id) }.max() ?? -1
    let count = max(model.vocabulary.count, greatest + 1)
    decoder = TokenDecoder(parts.decoding, count: count) { number in
      numbers[number].map { String(decoding: texts[$0], as: UTF8.self) }
        ?? model.vocabulary.name(number)
    }
  }

  // MARK: Tokens

  /// One more than the greatest token.
  public var vocabularySize: Int { decoder.count }

  /// The number of a token by its name in the vocabulary or the text of an added token.
  public func token(named name: String) -> Int32? {
    addedNames.value(name) ?? model.vocabulary.number(name)
  }

  /// The name of a token in the vocabulary, or the text of an added token.
  public func name(of token: Int32) -> String? {
    addedNumbers[token].map { addedTokens[$0].content } ?? model.vocabulary.name(token)
  }

  /// Whether a token is a special one.
  public func isSpecial(_ token: Int32) -> Bool {
    addedNumbers[token].map { addedTokens[$0].isSpecial } ?? false
  }

  // MARK: Encoding

  /// The tokens of a text.
  ///
  /// - Parameter addsSpecialTokens: whether the tokens that the post-processor puts around every text
  ///   are added.
  /// - Complexity: O(n log n) for n bytes without white space, O(n) for text.
  public func encode(_ text: String, addsSpecialTokens: Bool = true) -> TokenizedText {
    encode(valid: Array(text.utf8), addsSpecialTokens: addsSpecialTokens)
  }

  /// The tokens of text in UTF-8.
  ///
  /// Bytes that are not UTF-8 are read as U+FFFD, one for each longest beginning of a character, which
  /// is what Python's `bytes.decode(errors="replace")` gives, too; ranges are then those of the text
  /// repaired so.
  public func encode(utf8 bytes: [UInt8], addsSpecialTokens: Bool = true) -> TokenizedText {
    encode(String(decoding: bytes, as: UTF8.self), addsSpecialTokens: addsSpecialTokens)
  }

  private func encode(valid bytes: [UInt8], addsSpecialTokens: Bool) -> TokenizedText {
    var run = EncodingRun(reserving: bytes.count / 3)
    if addsSpecialTokens { run.append(before, at: 0) }
    rawTokens.forEachPart(bytes, bytes.indices) { range, token in
      if let token {
        run.append(token, range)
      } else {
        encode(AlignedText(bytes, range), &run)
      }
    }
    if addsSpecialTokens { run.append(after, at: bytes.count) }
    return run.result
  }

  /// Encodes a stretch without added tokens, but for those of the normalised text.
  private func encode(_ piece: AlignedText, _ run: inout EncodingRun) {
    var piece = piece
    for normalizer in normalizers { normalizer.apply(to: &piece) }
    if normalizedTokens.isEmpty { return encodeWords(piece, &run) }
    normalizedTokens.forEachPart(piece.bytes, piece.range) { range, token in
      if let token {
        run.append(token, piece.source(of: range))
      } else {
        var part = piece
        part.range = range
        encodeWords(part, &run)
      }
    }
  }

  private func encodeWords(_ text: AlignedText, _ run: inout EncodingRun) {
    var parted = PartedText(text)
    for step in preTokenizers { parted.apply(step) }
    for word in parted.words {
      if let known = run.cache.find(parted.text.bytes, word) {
        run.append(cached: known, word, parted.text)
      } else {
        model.encode(parted.text.bytes, word, &run.scratch)
        run.appendScratch(word, parted.text)
        run.cache.keep(parted.text.bytes, word, run.scratch)
      }
    }
  }

  // MARK: Decoding

  /// The text of tokens; what is not UTF-8 becomes U+FFFD, and unknown numbers are left out.
  public func decode(_ tokens: some Sequence<Int32>, skipsSpecialTokens: Bool = false) -> String {
    var stream = decodingStream(skipsSpecialTokens: skipsSpecialTokens)
    var text = ""
    for token in tokens { text += stream.append(token) }
    return text + stream.finish()
  }

  /// Decodes tokens one by one, as a model writes them.
  public func decodingStream(skipsSpecialTokens: Bool = false) -> DecodingStream {
    let special =
      skipsSpecialTokens ? Set(addedTokens.filter(\.isSpecial).map(\.id)) : []
    return DecodingStream(decoder, leavingOut: special)
  }
}

/// What a tokenizer is put together from.
struct TokenizerParts {
  var addedTokens: [AddedToken] = []
  var model: TokenizerModel
  var normalizers: [Normalizer] = []
  var preTokenizers: [PreTokenizer] = []
  var decoding = DecodingRules()
  var before: [Int32] = []
  var after: [Int32] = []
}

/// The tokens of one text so far.
private struct EncodingRun {
  var result = TokenizedText()
  var cache = WordCache()
  var scratch = WordScratch()

  init(reserving count: Int) {
    result.tokens.reserveCapacity(count)
    result.ranges.reserveCapacity(count)
  }

  mutating func append(_ token: Int32, _ range: Range<Int>) {
    result.tokens.append(token)
    result.ranges.append(range)
  }

  mutating func append(_ tokens: [Int32], at place: Int) {
    for token in tokens { append(token, place..<place) }
  }

  mutating func append(cached: Range<Int>, _ word: Range<Int>, _ text: AlignedText) {
    var start = word.lowerBound
    for place in cached {
      let end = word.lowerBound + cache.end(place)
      append(cache.token(place), text.source(of: start..<end))
      start = end
    }
  }

  mutating func appendScratch(_ word: Range<Int>, _ text: AlignedText) {
    var start = word.lowerBound
    for (token, end) in zip(scratch.tokens, scratch.ends) {
      append(token, text.source(of: start..<word.lowerBound + Int(end)))
      start = word.lowerBound + Int(end)
    }
  }
}
