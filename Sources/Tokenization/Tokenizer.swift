import DataFiles

/// A tokenizer as a `tokenizer.json` of Hugging Face describes it: added tokens, normalizer,
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
  private var rawTokens = AddedTokenFinder()
  private var normalizedTokens = AddedTokenFinder()
  private var addedNames = ByteStringTable()
  /// The tokens that stand before and after every text.
  private let before: [Int32]
  private let after: [Int32]

  /// Reads the `tokenizer.json` at a path, or the one in the folder there.
  ///
  /// - Throws: `FileSystemError`, and `JSONError` for what is no such file or uses what is not
  ///   supported, which it names: unigram and word-piece models, pre-tokenizers beside ByteLevel, Split,
  ///   Digits, Metaspace and those of white space.
  public init(path: String) throws {
    let file = Self.file(path)
    try self.init(JSONValue.read(file), file: file)
  }

  /// The file that a path means: itself, or in a folder `tokenizer.json`.
  public static func file(_ path: String) -> String {
    path.hasSuffix(".json") ? path : FileSystem.path(path, "tokenizer.json")
  }

  /// Reads the contents of a `tokenizer.json`.
  ///
  /// - Parameter file: what errors call the file.
  /// - Throws: `JSONError`.
  public init(_ value: JSONValue, file: String) throws(JSONError) {
    var reader = try JSONObjectReader(value, file: file)
    guard reader.contains("model") else {
      throw reader.invalid(
        "model", "is missing: a tokenizer.json of Hugging Face tokenizers is wanted")
    }
    let preTokenization = try PreTokenization(&reader)
    preTokenizers = preTokenization.steps
    var modelReader = try reader.object("model")
    model = try TokenizerModel(&modelReader, isByteLevel: preTokenization.isByteLevel)
    normalizers = try reader.stages("normalizer", "normalizers").map(Normalizer.init)
    addedTokens = try AddedToken.list(&reader, model.vocabulary)
    (before, after) = try AddedToken.around(&reader)
    let decoding = try DecodingRules(&reader)
    var names: [Int32: String] = [:]
    for token in addedTokens {
      addedNames.update(token.content, to: token.id)
      var text = AlignedText(Array(token.content.utf8))
      if token.isNormalized {
        for normalizer in normalizers { normalizer.apply(to: &text) }
        normalizedTokens.add(token, as: text.bytes[text.range])
      } else {
        rawTokens.add(token, as: text.bytes[text.range])
      }
      names[token.id] = String(decoding: text.bytes[text.range], as: UTF8.self)
    }
    let vocabulary = model.vocabulary
    let count = max(vocabulary.count, (names.keys.max().map(Int.init) ?? -1) + 1)
    decoder = TokenDecoder(decoding, count: count) { names[$0] ?? vocabulary.name($0) }
  }

  // MARK: Tokens

  /// One more than the greatest token.
  public var vocabularySize: Int { decoder.count }

  /// The number of a token by its name in the vocabulary or the text of an added token.
  public func token(named name: String) -> Int32? {
    addedNames.value(name) ?? model.vocabulary.number(name)
  }

  // MARK: Encoding

  /// The tokens of a text.
  ///
  /// - Parameter addsSpecialTokens: whether the tokens that the post-processor puts around every text
  ///   are added.
  /// - Complexity: O(n log n) for n bytes without white space, O(n) for text.
  public func encode(_ text: String, addsSpecialTokens: Bool = true) -> TokenizedText {
    let bytes = Array(text.utf8)
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

  /// Encodes a stretch without added tokens, but for those of the normalized text.
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
        run.result.append(run.cache.tokens, run.cache.ends, known, word, parted.text)
      } else {
        model.encode(parted.text.bytes, word, &run.scratch)
        run.result.append(
          run.scratch.tokens, run.scratch.ends, run.scratch.tokens.indices, word, parted.text)
        run.cache.keep(parted.text.bytes, word, run.scratch)
      }
    }
  }

  // MARK: Decoding

  /// The text of tokens; what is not UTF-8 becomes U+FFFD, and unknown numbers are left out.
  public func decode(_ tokens: some Sequence<Int32>, skipsSpecialTokens: Bool = false) -> String {
    guard skipsSpecialTokens else { return decoder.text(of: tokens) }
    let special = Set(addedTokens.filter(\.isSpecial).map(\.id))
    return decoder.text(of: tokens.filter { !special.contains($0) })
  }
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
}

extension TokenizedText {
  /// Appends a word's tokens, which stand in `places` and end so many bytes behind the word's beginning.
  fileprivate mutating func append(
    _ tokens: [Int32], _ ends: [Int32], _ places: Range<Int>, _ word: Range<Int>,
    _ text: AlignedText
  ) {
    var start = word.lowerBound
    for place in places {
      let end = word.lowerBound + Int(ends[place])
      self.tokens.append(tokens[place])
      ranges.append(text.source(of: start..<end))
      start = end
    }
  }
}
